using System.Runtime.InteropServices;
using TileProof.Golden.Networks;
using TileProof.Golden.OnnxRuntime;
using TileProof.Golden.Quantization;
using TileProof.Operators;
using TileProof.Tests.Classification;
using TileProof.Tests.Support;
using TileProof.Verification;
using TileProof.Verification.Export;
using TileProof.Verification.InputData;
using TileProof.Verification.Options;

namespace TileProof.Tests.InputData;

/// <summary>Files of the user in the place of seeded images: what a network is run on, and what it is calibrated over.</summary>
public sealed class OwnImagesTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly FloatNetwork network = SmallClassifier.BuildFloat();
    private readonly Tensor[] images = [.. Enumerable.Range(20, 3).Select(SmallClassifier.Image)];

    public OwnImagesTests()
    {
        File.WriteAllBytes(folder["model.onnx"], FloatOnnxModel.Build(network, ["fc"]));
        File.WriteAllBytes(folder["images.npy"], NpyFile.Create("<f4", [3, 3, 9, 7], MemoryMarshal.AsBytes<float>([.. images.SelectMany(static image => image.Float32.ToArray())])));
        File.WriteAllBytes(folder["one.npy"], NpyFile.Create("<f4", [3, 9, 7], images[2].Bytes));
    }

    [Fact]
    public void Load_InputData_IsWhatTheNetworkRunsOn()
    {
        NetworkSource source = NetworkSource.Load(folder["model.onnx"], new VerifyOptions { InputData = new InputDataOptions { Path = folder["images.npy"] } });
        Assert.Equal(images[0].Bytes.ToArray(), source.FirstImage.Bytes.ToArray());
        Assert.Equal(images[2].Bytes.ToArray(), source.ImageBatch(2).Bytes.ToArray());
        NetworkSource seeded = NetworkSource.Load(folder["model.onnx"], new VerifyOptions());
        Assert.Equal(seeded.Model!.Value.Calibration.Ranges, source.Model!.Value.Calibration.Ranges);
    }

    [Theory]
    [InlineData(CalibrationMethod.MinMax)]
    [InlineData(CalibrationMethod.Entropy)]
    public void Load_CalibrationData_DecidesTheRanges(CalibrationMethod method)
    {
        NetworkSource source = NetworkSource.Load(
            folder["model.onnx"], new VerifyOptions { Calibration = method, CalibrationData = new InputDataOptions { Path = folder["images.npy"] } });
        var expected = Calibrator.Calibrate(network, images, new CalibrationOptions { Method = method, ImageCount = 3 });
        Assert.Equal(expected.Ranges, source.Model!.Value.Calibration.Ranges);
        NetworkSource seeded = NetworkSource.Load(folder["model.onnx"], new VerifyOptions { Calibration = method });
        Assert.NotEqual(seeded.Model!.Value.Calibration.Ranges, source.Model!.Value.Calibration.Ranges);
    }

    // The accuracy report takes 32 images by default; of one file there is one.
    [Fact]
    public void Verify_OneImage_IsProvenAndMeasuredOnIt()
    {
        var options = new VerifyOptions
        {
            Networks = [folder["model.onnx"]],
            Banks = [BankSetting.Parse("4k")],
            InputData = new InputDataOptions { Path = folder["one.npy"] },
            ProvesEveryInput = false,
            OutputFolder = folder["out"],
        };
        Assert.Equal(ExitCode.Proven, ConformanceRun.Execute(options, new RecordedProgress(), TextWriter.Null, CancellationToken.None));
        Assert.All(CsvTable.Read(folder["out", "accuracy.csv"]), static row => Assert.Equal("1", row["images"]));
        Assert.Contains($"input data {folder["one.npy"]}", File.ReadAllText(folder["out", "summary.md"]), StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();
}
