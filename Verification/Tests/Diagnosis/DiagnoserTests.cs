using System.Diagnostics;
using System.Globalization;
using TileProof.Golden.OnnxRuntime;
using TileProof.Golden.Scalar;
using TileProof.HwModel.Faults;
using TileProof.HwModel.Programs;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Operators.Requantizing;
using TileProof.Tests.Support;
using TileProof.Verification;
using TileProof.Verification.Cycles;
using TileProof.Verification.Diagnosis;
using TileProof.Verification.Options;
using Xunit.Abstractions;

namespace TileProof.Tests.Diagnosis;

/// <summary>Known defects are recognised by the bytes of a device that has them.</summary>
public sealed class DiagnoserTests(ITestOutputHelper output)
{
    private const int LongestSeconds = 10;

    /// <summary>ResNet-18 layers of four kernels with real operands, at banks that are not equal; the hypotheses were made on another layer.</summary>
    public static TheoryData<string, string> HeldOutLayers => new()
    {
        { "conv1", "24576x16384" },
        { "layer2.0.conv1", "16384x8192" },
        { "layer3.0.downsample", "8192x12288" },
        { "layer4.1.conv2", "16384x24576" },
    };

    [SkippableTheory]
    [MemberData(nameof(HeldOutLayers))]
    public void Diagnose_WholeCatalogueOnHeldOutLayers_NamesTheRightDefectFirst(string layer, string banks)
    {
        SlowTests.SkipUnlessAsked();
        DiagnosisSubject subject = SubjectOf(layer, banks);
        sbyte[] golden = Golden(subject);
        var lines = new List<string>();
        int first = 0;
        int tied = 0;
        int missed = 0;
        double longest = 0;
        foreach (Fault fault in FaultCatalog.All)
        {
            if (DeviceWithDefect.OutputOf(subject, fault, golden) is not { } device)
            {
                continue;
            }

            var clock = Stopwatch.StartNew();
            TileProof.Verification.Diagnosis.Diagnosis diagnosis = Diagnoser.Diagnose(subject, DeviceValues.Of(device), 3, alwaysNearest: false, CancellationToken.None);
            longest = Math.Max(longest, clock.Elapsed.TotalSeconds);
            int place = diagnosis.Exact.Select(static one => one.Name).ToList().IndexOf(fault.Name);
            first += place == 0 ? 1 : 0;
            tied += place > 0 ? 1 : 0;
            missed += place < 0 ? 1 : 0;
            if (place != 0)
            {
                lines.Add($"  {fault.Name}: {(place > 0 ? $"tied with {diagnosis.Exact[0].Name}, open {diagnosis.Exact[0].Open} and {diagnosis.Exact[place].Open}" : $"missed, {diagnosis.Summary}")}");
            }
        }

        int all = first + tied + missed;
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{subject.Name} ({subject.Case.Shape.ConfigKey}), banks {banks}, {subject.Plan}: {all} defects change bytes; named first {first}, tied by equal bytes {tied}, missed {missed}; longest {longest:F1} s"));
        foreach (string line in lines)
        {
            output.WriteLine(line);
        }

        Assert.True(all > 50, $"{all} defects");
        Assert.True(first + tied >= 0.9 * all);
        Assert.True(longest < LongestSeconds);
    }

    private static sbyte[] Golden(DiagnosisSubject subject) =>
        ScalarConv2d.Compute(subject.Case.Shape, subject.Case.Batch, subject.Case.Input, subject.Case.Weights, subject.Case.Requantization).Output;

    private static DiagnosisSubject SubjectOf(string layer, string banks)
    {
        NetworkSource source = NetworkSource.Load("resnet18", new VerifyOptions());
        using var engine = new OnnxRuntimeGolden();
        var values = new Dictionary<TensorInfo, Tensor> { [source.Network.Input] = source.FirstImage };
        OperatorCall wanted = TraceRun.Select(source.Network, layer);
        foreach (OperatorCall call in source.Network.Calls.Take(wanted.Index))
        {
            values[call.Output] = engine.Run(call, [.. call.Inputs.Select(input => values[input])], ParameterDerivation.L1Norm);
        }

        return DiagnosisSubject.Of(wanted, values[wanted.Inputs[0]], BankSetting.Parse(banks), ProgramLibrary.Corrected, ParameterDerivation.L1Norm);
    }
}
