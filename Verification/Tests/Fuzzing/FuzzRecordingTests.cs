using TileProof.HwModel.Machine;
using TileProof.Operators.Calls;
using TileProof.Tests.Support;
using TileProof.Verification.Export;
using TileProof.Verification.Fuzzing;
using TileProof.Verification.Machines;
using TileProof.Verification.Options;
using TileProof.Verification.Vectors;

namespace TileProof.Tests.Fuzzing;

/// <summary>A failure of a convolution is a recorded layer as well, where the form can state it.</summary>
public sealed class FuzzRecordingTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>What is written of cases that are right is read again and found right by every engine, on the machine that is written beside it.</summary>
    [Fact]
    public void Write_DrawnCases_AreRightRecordedLayersOrSayWhyNot()
    {
        int written = 0;
        var reasons = new HashSet<string>(StringComparer.Ordinal);
        for (int index = 0; index < 600; index++)
        {
            FuzzCase one = FuzzGenerator.Of(6, index);
            string place = folder[$"case{index}"];
            FuzzFailure failure = FailureOf(one);
            string text = FuzzRecording.Describe(failure, place);
            if (text.StartsWith("no recorded layer: ", StringComparison.Ordinal))
            {
                reasons.Add(text);
                continue;
            }

            // A machine with other accumulators, one that refuses the layer, and one that wants transfers aligned are no machines on which everything is right.
            if (one.Machine.Configuration is { AccumulatorOverflow: AccumulatorOverflow.Saturate } or { CacheScratchBytes: < 1024 * 1024 } or { DmaAlignmentBytes: > 1 } || written == 12)
            {
                continue;
            }

            FuzzRecording.Write(failure, place);
            DescribedMachine machine = MachineFile.Read(Path.Combine(place, "machine.json"));
            Assert.Equal(one.Machine.Configuration, machine.Configuration);
            LayerVector vector = LayerVectorReader.Read(Assert.Single(VectorFolder.FindLayers(Path.Combine(place, "vector"))));
            var call = (Conv2dCall)FuzzModel.Of(one).Calls[0];
            Assert.Equal((call.Shape, call.Input.Quantization, call.Output.Quantization), (vector.Shape, vector.InputQuantization, vector.OutputQuantization));
            Assert.Equal(call.Bias, vector.Bias);
            VectorOutcome outcome = VectorRun.Run(vector, new VerifyOptions { Banks = BankSetting.DefaultsOf(machine), Machine = machine }, CancellationToken.None);
            Assert.True(outcome.IsProven, $"{index}: {outcome.Describe()} {FuzzCaseFile.Write(one)}");
            written++;
        }

        Assert.Equal(12, written);
        Assert.Equal(6, reasons.Count);
    }

    /// <summary>A clamp is no field of the form: without it the layer would be another.</summary>
    [Fact]
    public void WhyNotRecorded_ClampedConvolution_IsSaid()
    {
        FuzzCase one = Enumerable.Range(0, 4000).Select(static index => FuzzGenerator.Of(6, index)).First(static one => FuzzModel.Of(one).Calls is [Conv2dCall call] && VectorExport.WhyNotRecorded(call) is null);
        FuzzCase clamped = one with { Calls = [one.Calls[0] with { ClampMaximum = 126 }] };
        Assert.Equal("its output is clamped", VectorExport.WhyNotRecorded(FuzzModel.Of(clamped).Calls[0]));
        Assert.Equal("no recorded layer: its output is clamped", FuzzRecording.Describe(FailureOf(clamped), ""));
    }

    private static FuzzFailure FailureOf(FuzzCase one) => new(one.Index, new FuzzFinding(FuzzFindingKind.WrongBytes, ""), FuzzCaseFile.Write(one));
}
