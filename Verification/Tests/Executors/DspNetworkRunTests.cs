using TileProof.Golden.Networks;
using TileProof.Golden.Quantization;
using TileProof.Golden.Scalar;
using TileProof.HwModel.Dma;
using TileProof.HwModel.Execution;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.Operators;

namespace TileProof.Tests.Executors;

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
        Network network = EveryOperator();
        Tensor image = Tensor.FromFloat32(network.Input.Shape, SeededValues.Float32(network.Input.Shape.ElementCount, 3f, 77));
        var run = new DspNetworkRun(OracleComparison.Banks(dram0Bytes, dram1Bytes), ParameterDerivation.L1Norm, routing);
        AssertEveryValueEqualsOracle(network, image, run.Run(network, image, static _ => true, LandingPolicies.Create(landing, 5)));
    }

    [Fact]
    public void Run_ResNet18_All77ValuesEqualOracle()
    {
        Network network = QuantizedModel.Create(ResNetDescription.Find("resnet18"), SeededImages.Shape(1, 64, 64)).Quantized;
        Tensor image = new SeededImages().Create(0, 64, 64);
        var run = new DspNetworkRun(OracleComparison.Banks(16384, 16384) with { CacheScratchBytes = 1024 * 1024 }, ParameterDerivation.L1Norm);
        DspNetworkResult result = run.Run(network, image, static _ => true, new LandAtWait());
        Assert.Equal(77, result.Executions.Count);
        AssertEveryValueEqualsOracle(network, image, result);
    }

    [Fact]
    public void Run_NothingRequested_GivesTheOutputOnly()
    {
        Network network = EveryOperator();
        var run = new DspNetworkRun(OracleComparison.Banks(4096, 4096), ParameterDerivation.WorstCase);
        DspNetworkResult result = run.Run(network, Tensor.Create(network.Input.Shape, ElementType.Float32), static _ => false, new LandAtWait());
        Assert.Equal([network.Output.Name], result.Values.Keys);
    }

    [Fact]
    public void Layout_LiveValues_NeverOverlap()
    {
        Network network = EveryOperator();
        ActivationLayout layout = ActivationLayout.Of(network);
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

    /// <summary>A residual block between a stem and a classifier: quantize, convolutions, rectifier, maxpool, add, mean, linear, softmax.</summary>
    private static Network EveryOperator()
    {
        var calls = new List<OperatorCall>();
        Conv2dShape stem = Conv2dShape.Create(3, 31, 33, 8, 7, 7, 2, 3);
        MaxPool2dShape pool = MaxPool2dShape.Create(8, stem.OutHeight, stem.OutWidth, 3, 3, 2, 1);
        Conv2dShape down = Conv2dShape.Create(8, pool.OutHeight, pool.OutWidth, 17, 3, 3, 2, 1);
        Conv2dShape shortcut = Conv2dShape.Create(8, pool.OutHeight, pool.OutWidth, 17, 1, 1, 2, 0);
        TensorInfo image = Calls.Quantize(stem.InputShape(Batch)).Input with { Name = "image" };
        TensorInfo x = Append(Calls.Quantize(image.Shape, Calls.DefaultInput), image);
        x = Append(Calls.Conv(stem, 1, Batch), x);
        x = Append(Calls.Relu(x.Shape, x.Quantization), x);
        x = Append(Calls.Dequantize(x.Shape, x.Quantization), x);
        x = Append(Calls.MaxPool(pool, Batch), x);
        TensorInfo block = Append(Calls.Quantize(x.Shape, Calls.DefaultInput), x);
        TensorInfo left = Append(Calls.Conv(shortcut, 2, Batch), block);
        TensorInfo right = Append(Calls.Conv(down, 3, Batch, perChannel: true), block);
        right = Append(Calls.Dequantize(right.Shape, right.Quantization), right);
        left = Append(Calls.Dequantize(left.Shape, left.Quantization), left);
        x = Append(Calls.Add(left.Shape), left, right);
        x = Append(Calls.Mean(x.Shape), x);
        x = Append(Calls.Quantize(x.Shape, Calls.DefaultInput), x);
        x = Append(Calls.Linear(Batch, x.Shape.ImageElementCount, 10, 4), x);
        x = Append(Calls.Dequantize(x.Shape, x.Quantization), x);
        Append(Calls.Softmax(Batch, 10), x);
        return new Network("every-operator", image, calls);

        TensorInfo Append(OperatorCall template, params TensorInfo[] inputs)
        {
            string name = $"{calls.Count}.{template.Name}";
            OperatorCall call = template with { Index = calls.Count, Name = name, Inputs = inputs, Output = template.Output with { Name = $"{name}.out" } };
            calls.Add(call);
            return call.Output;
        }
    }
}
