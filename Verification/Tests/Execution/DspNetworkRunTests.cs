using TileProof.Golden.Networks;
using TileProof.Golden.Quantization;
using TileProof.Golden.Scalar;
using TileProof.HwModel.Dma;
using TileProof.HwModel.Execution;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Operators.Requantizing;

namespace TileProof.Tests.Execution;

/// <summary>A network of every operator on one machine against the scalar oracle call by call.</summary>
public sealed class DspNetworkRunTests
{
    private const int Batch = 2;

    [Theory]
    [InlineData(LandingKind.AtIssue, 4096, 4096, OperatorRouting.Published)]
    [InlineData(LandingKind.AtWait, 16384, 16384, OperatorRouting.Published)]
    [InlineData(LandingKind.Random, 8192, 2048, OperatorRouting.Dma)]
    [InlineData(LandingKind.AtWait, 62976, 62976, OperatorRouting.Direct)]
    public void Run_EveryOperatorInOneNetwork_AllValuesEqualOracle(LandingKind landing, int dram0Bytes, int dram1Bytes, OperatorRouting routing)
    {
        Network network = EveryOperatorNetwork.Create(Batch);
        Tensor image = Tensor.FromFloat32(network.Input.Shape, SeededValues.Float32(network.Input.Shape.ElementCount, 3f, 77));
        using var run = new DspNetworkRun(new PreparedPrograms(OracleComparison.Banks(dram0Bytes, dram1Bytes), ParameterDerivation.L1Norm, routing));
        AssertEveryValueEqualsOracle(network, image, run.Run(network, image, static _ => true, LandingPolicies.Create(landing, 5)));
    }

    [Fact]
    public void Run_ResNet18_All77ValuesEqualOracle()
    {
        Network network = QuantizedModel.Create("resnet18", SeededImages.Shape(1, 64, 64)).Quantized;
        Tensor image = new SeededImages().Create(0, 64, 64);
        using var run = new DspNetworkRun(new PreparedPrograms(OracleComparison.Banks(16384, 16384) with { CacheScratchBytes = 1024 * 1024 }, ParameterDerivation.L1Norm));
        DspNetworkResult result = run.Run(network, image, static _ => true, new LandAtWait());
        Assert.Equal(77, result.Executions.Count);
        AssertEveryValueEqualsOracle(network, image, result);
    }

    [Fact]
    public void Run_NothingRequested_GivesTheOutputOnly()
    {
        Network network = EveryOperatorNetwork.Create(Batch);
        using var run = new DspNetworkRun(new PreparedPrograms(OracleComparison.Banks(4096, 4096), ParameterDerivation.WorstCase));
        DspNetworkResult result = run.Run(network, Tensor.Create(network.Input.Shape, ElementType.Float32), static _ => false, new LandAtWait());
        Assert.Equal([network.Output.Name], result.Values.Keys);
    }

    // Weights lie where they were from the second image on; nothing of the image before may be left.
    [Fact]
    public void Run_ManyImages_EachEqualsARunOfItsOwn()
    {
        Network network = EveryOperatorNetwork.Create(Batch);
        using var run = new DspNetworkRun(new PreparedPrograms(OracleComparison.Banks(8192, 4096), ParameterDerivation.L1Norm)) { KeepsWeights = true };
        foreach (int seed in new[] { 3, 4, 3 })
        {
            Tensor image = Tensor.FromFloat32(network.Input.Shape, SeededValues.Float32(network.Input.Shape.ElementCount, 3f, seed));
            AssertEveryValueEqualsOracle(network, image, run.Run(network, image, static _ => true, new LandAtRandom(seed)));
        }
    }

    // A fault in the middle of a call leaves its buffers behind: the next run has memory of its own.
    [Fact]
    public void Run_AfterAFault_EqualsARunOfItsOwn()
    {
        Network network = EveryOperatorNetwork.Create(Batch);
        Tensor image = Tensor.FromFloat32(network.Input.Shape, SeededValues.Float32(network.Input.Shape.ElementCount, 3f, 5));
        using var run = new DspNetworkRun(new PreparedPrograms(OracleComparison.Banks(8192, 4096), ParameterDerivation.L1Norm)) { KeepsWeights = true };
        foreach (int computation in new[] { 1, 9, 20 })
        {
            Assert.Throws<HardwareFaultException>(() => run.Run(network, image, static _ => false, new LandAtWait(), new FaultAt(computation)));
            AssertEveryValueEqualsOracle(network, image, run.Run(network, image, static _ => true, new LandAtWait()));
        }
    }

    [Fact]
    public void Layout_LiveValues_NeverOverlap()
    {
        Network network = EveryOperatorNetwork.Create(Batch);
        ActivationLayout layout = new ActivationLayout(network);
        TensorInfo[] values = [network.Input, .. network.Calls.Select(static call => call.Output)];
        for (int first = 0; first < values.Length; first++)
        {
            for (int second = first + 1; second < values.Length && second - 1 <= LastReader(network, values[first]); second++)
            {
                int begin = layout.OffsetBytesOf(values[first]);
                int otherBegin = layout.OffsetBytesOf(values[second]);
                Assert.True(
                    begin + values[first].LengthBytes <= otherBegin || otherBegin + values[second].LengthBytes <= begin,
                    $"{values[first].Name} and {values[second].Name} overlap while both are live.");
            }
        }

        Assert.True(layout.TotalBytes < values.Sum(static value => SystemMemory.RoundUpToLine(value.LengthBytes)), "no place was used twice");
    }

    private static int LastReader(Network network, TensorInfo value) =>
        network.Calls.Where(call => call.Inputs.Contains(value)).Select(static call => call.Index).DefaultIfEmpty(-1).Max();

    private static void AssertEveryValueEqualsOracle(Network network, Tensor image, DspNetworkResult result)
    {
        Dictionary<string, Tensor> expected = OracleValues(network, image);
        Assert.Equal(network.Calls.Count, result.Executions.Count);
        foreach (OperatorCall call in network.Calls)
        {
            Assert.True(
                expected[call.Output.Name].Bytes.SequenceEqual(result.Values[call.Output.Name].Bytes),
                $"{call.Name} ({result.Executions[call.Index]}) differs from the oracle.");
        }
    }

    private static Dictionary<string, Tensor> OracleValues(Network network, Tensor image)
    {
        var oracle = new ScalarOracle();
        var values = new Dictionary<string, Tensor>(StringComparer.Ordinal) { [network.Input.Name] = image };
        foreach (OperatorCall call in network.Calls)
        {
            values.Add(call.Output.Name, oracle.Run(call, [.. call.Inputs.Select(value => values[value.Name])], ParameterDerivation.L1Norm));
        }

        return values;
    }

    private sealed class FaultAt(int computation) : MachineObserver
    {
        private int count;

        public override void Computing(ComputeStep step)
        {
            if (count++ == computation)
            {
                throw new HardwareFaultException("stopped by the test");
            }
        }
    }
}
