using TileProof.Golden.OnnxRuntime;
using TileProof.Kernels;
using TileProof.Kernels.Host;
using TileProof.Operators;
using TileProof.Operators.Requantizing;
using TileProof.Tests.Support;
using TileProof.Verification.Classification;

namespace TileProof.Tests.Classification;

/// <summary>Some layers in float, some in int8: both ends are known, and what lies between follows from a run of all.</summary>
public sealed class MixedPrecisionNetworkTests
{
    [Theory]
    [InlineData(ParameterDerivation.L1Norm, false)]
    [InlineData(ParameterDerivation.WorstCase, false)]
    [InlineData(ParameterDerivation.L1Norm, true)]
    public void Run_AllInInt8_IsTheDspByteForByte(ParameterDerivation derivation, bool perChannel)
    {
        Quantized form = SmallClassifier.Create(perChannel: perChannel);
        using var mixed = new MixedPrecisionNetwork(form, derivation);
        using var dsp = new DataParallelEngine(new HostExecutor(threadCount: 1));
        for (int image = 0; image < 3; image++)
        {
            Tensor input = SmallClassifier.Image(image);
            Assert.Equal(dsp.RunNetwork(form.Network, input, derivation).Bytes.ToArray(), mixed.Run(input, new HashSet<string>()).Logits.Bytes.ToArray());
        }
    }

    [Fact]
    public void Run_ImportedNetwork_IsTheDspByteForByte()
    {
        Network network = SampleNetwork.Create(batch: 2);
        var form = new Quantized(FloatForm.Of(network), network, "", "");
        using var mixed = new MixedPrecisionNetwork(form, ParameterDerivation.L1Norm);
        using var dsp = new DataParallelEngine(new HostExecutor(threadCount: 1));
        Tensor input = SampleNetwork.Images(network.Input.Shape);
        Assert.Equal(["conv1", "block.conv1", "block.relu", "fc"], mixed.Layers);
        Assert.Equal(dsp.RunNetwork(network, input, ParameterDerivation.L1Norm).Bytes.ToArray(), mixed.Run(input, new HashSet<string>()).Logits.Bytes.ToArray());
    }

    [Fact]
    public void Run_AllInFloat_IsTheFloatNetwork()
    {
        Quantized form = SmallClassifier.Create();
        using var mixed = new MixedPrecisionNetwork(form, ParameterDerivation.L1Norm);
        using var golden = new FloatGolden(form.Float);
        Assert.Equal(SmallClassifier.Layers, mixed.Layers);
        Tensor input = SmallClassifier.Image(1);
        float[] expected = golden.Run(input)["fc"].Float32.ToArray();
        float[] actual = mixed.Run(input, mixed.Layers.ToHashSet()).Logits.Float32.ToArray();
        Assert.All(expected.Zip(actual), static pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
    }

    [Fact]
    public void Rerun_OfEveryLayerBothWays_IsAWholeRun()
    {
        Quantized form = SmallClassifier.Create();
        using var mixed = new MixedPrecisionNetwork(form, ParameterDerivation.L1Norm);
        Tensor input = SmallClassifier.Image(2);
        HashSet<string> all = [.. mixed.Layers];
        MixedRun inFloat = mixed.Run(input, all);
        MixedRun inInt8 = mixed.Run(input, new HashSet<string>());
        foreach (string layer in mixed.Layers)
        {
            HashSet<string> others = [.. all.Where(other => other != layer)];
            byte[] onlyInt8 = mixed.Run(input, others).Logits.Bytes.ToArray();
            Assert.Equal(onlyInt8, mixed.Rerun(inFloat, layer, others).Logits.Bytes.ToArray());
            Assert.NotEqual(inFloat.Logits.Bytes.ToArray(), onlyInt8);
            byte[] onlyFloat = mixed.Run(input, new HashSet<string> { layer }).Logits.Bytes.ToArray();
            Assert.Equal(onlyFloat, mixed.Rerun(inInt8, layer, new HashSet<string> { layer }).Logits.Bytes.ToArray());
        }
    }

    [Fact]
    public void FloatForm_OfAQuantizedNetwork_DiffersByQuantizationOnly()
    {
        Quantized form = SmallClassifier.Create(perChannel: true);
        using var original = new FloatGolden(form.Float);
        using var dequantized = new FloatGolden(FloatForm.Of(form.Network));
        Tensor input = SmallClassifier.Image(0);
        float[] expected = original.Run(input)["fc"].Float32.ToArray();
        float[] actual = dequantized.Run(input)["fc"].Float32.ToArray();
        double noise = expected.Zip(actual).Sum(static pair => Math.Pow(pair.First - (double)pair.Second, 2)) / expected.Sum(static value => (double)value * value);
        Assert.InRange(noise, 1e-9, 1e-3);
    }
}
