using System.Globalization;
using System.Text;
using TileProof.Golden.Networks;
using TileProof.Golden.Quantization;

namespace TileProof.Tests.Networks;

public sealed class CalibrationTests
{
    [Fact]
    public void StoredKeys_EveryOne_HasAFileForEveryValue() => Assert.All(CalibrationStore.StoredKeys, key =>
    {
        Calibration? stored = CalibrationStore.Find(key);
        Assert.NotNull(stored);
        Assert.Equal(TestModels.BuildFloat(key.NetworkName).ValueNames, stored.Ranges.Keys);
    });

    [Theory]
    [InlineData("resnet18")]
    [InlineData("resnet50")]
    public void Calibrate_DefaultNetwork_AgreesWithTheStoredRanges(string name)
    {
        QuantizedModel model = TestModels.Default(name, 64);
        Calibration fresh = Calibrator.Calibrate(model.Float);

        Assert.Equal(model.Calibration.Ranges.Keys, fresh.Ranges.Keys);
        foreach ((string value, ValueRange stored) in model.Calibration.Ranges)
        {
            AssertWithinOneDigit(value, stored.Minimum, fresh.Ranges[value].Minimum);
            AssertWithinOneDigit(value, stored.Maximum, fresh.Ranges[value].Maximum);
        }
    }

    [Fact]
    public void Find_OtherSeedSizeImagesOrMethod_IsNotStored()
    {
        CalibrationKey key = CalibrationStore.StoredKeys[0];
        Assert.NotNull(CalibrationStore.Find(key));
        Assert.Null(CalibrationStore.Find(key with { ParameterSeed = key.ParameterSeed + 1 }));
        Assert.Null(CalibrationStore.Find(key with { Height = key.Height + 1 }));
        Assert.Null(CalibrationStore.Find(key with { Options = key.Options with { ImageCount = 9 } }));
        Assert.Null(CalibrationStore.Find(key with { Options = key.Options with { Method = CalibrationMethod.Percentile } }));
    }

    [Theory]
    [InlineData(CalibrationMethod.Percentile, 40)]
    [InlineData(CalibrationMethod.MeanSquaredError, 10)]
    public void Calibrate_ClippingMethods_StayInsideMinMaxAndCutOutliers(CalibrationMethod method, int cutValuesAtLeast)
    {
        FloatNetwork network = TestModels.BuildFloat("resnet18", height: 64, width: 64);
        var options = new CalibrationOptions { ImageCount = 2, Percentile = 99.9 };
        Calibration whole = Calibrator.Calibrate(network, options);
        Calibration clipped = Calibrator.Calibrate(network, options with { Method = method });

        Assert.All(whole.Ranges, entry =>
        {
            ValueRange inner = clipped.Ranges[entry.Key];
            Assert.InRange(inner.Minimum, entry.Value.Minimum, 0);
            Assert.InRange(inner.Maximum, 0, entry.Value.Maximum);
        });
        Assert.InRange(clipped.Ranges.Count(entry => entry.Value.Maximum < whole.Ranges[entry.Key].Maximum), cutValuesAtLeast, whole.Ranges.Count);
    }

    [Theory]
    [InlineData(0, 99.0)]
    [InlineData(1, 49.0)]
    [InlineData(1, 100.5)]
    public void Calibrate_OptionOutOfRange_IsRefused(int imageCount, double percentile) => Assert.Throws<ArgumentOutOfRangeException>(() =>
        Calibrator.Calibrate(TestModels.BuildFloat("resnet18"), new CalibrationOptions { ImageCount = imageCount, Percentile = percentile }));

    [Fact]
    public void File_WrittenAndRead_IsTheSame()
    {
        CalibrationKey key = CalibrationStore.StoredKeys[0];
        Calibration calibration = CalibrationStore.Find(key)!;
        using var stream = new MemoryStream();
        CalibrationFile.Write(stream, key, calibration);
        stream.Position = 0;
        (CalibrationKey readKey, Calibration read) = CalibrationFile.Read(stream, "copy");

        Assert.Equal(key, readKey);
        Assert.Equal(calibration.Ranges, read.Ranges);
        Assert.Equal(calibration.Engine, read.Engine);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"imageSeed": 1, "imageCount": 8, "method": "Guess"}""")]
    [InlineData("""
        {"network": "n", "parameterSeed": 1, "height": 1, "width": 1, "imageSeed": 1, "imageCount": 8, "method": "MinMax", "percentile": 99,
         "engine": "e", "ranges": {"input": [2, 1]}}
        """)]
    public void Read_BadFile_NamesTheFileInOneLine(string text)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text));
        CalibrationFormatException exception = Assert.Throws<CalibrationFormatException>(() => CalibrationFile.Read(stream, "bad.json"));
        Assert.StartsWith("bad.json: ", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', exception.Message);
    }

    private static void AssertWithinOneDigit(string value, float stored, float fresh)
    {
        string digits = Math.Abs(stored).ToString("E3", CultureInfo.InvariantCulture);
        float unit = float.Parse($"1{digits.AsSpan(digits.IndexOf('E', StringComparison.Ordinal))}", CultureInfo.InvariantCulture) / 1000;
        Assert.True(Math.Abs(stored - fresh) <= 1.001f * unit, FormattableString.Invariant($"{value}: stored {stored}, now {fresh}"));
    }
}
