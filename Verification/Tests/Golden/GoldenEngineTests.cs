using TileProof.Golden.OnnxRuntime;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Operators.Requantizing;
using TileProof.Tests.Support;

namespace TileProof.Tests.Golden;

/// <summary>The three engines behind their common interface.</summary>
public sealed class GoldenEngineTests(GoldenEngines engines) : IClassFixture<GoldenEngines>
{
    public static TheoryData<bool, ParameterDerivation> Derivations => new()
    {
        { false, ParameterDerivation.L1Norm },
        { false, ParameterDerivation.WorstCase },
        { true, ParameterDerivation.L1Norm },
        { true, ParameterDerivation.WorstCase },
    };

    [Theory, MemberData(nameof(Derivations))]
    public void Convolution_ThroughTheInterface_ScalarEqualsOnnxRuntime(bool perChannel, ParameterDerivation derivation)
    {
        var random = new Random(17248);
        Conv2dCall call = Calls.Conv(Conv2dShape.Create(17, 9, 11, 5, 3, 3, 2, 1), batch: 2, random, perChannel);
        Tensor input = Calls.RandomInt8(random, call.Input.Shape);
        Tensor scalar = engines.Scalar.Run(call, [input], derivation);

        Assert.Equal(scalar.Bytes, engines.OnnxRuntime.Run(call, [input], derivation).Bytes);
        Assert.True(scalar.Int8.ToArray().Distinct().Count() > 20, "The outputs hardly vary, so the comparison says little.");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Convolution_L1NormDerivation_WithinOneLevelOfTheVendorsReference(bool perChannel)
    {
        Conv2dCall call = Calls.Conv(Conv2dShape.Create(17, 9, 11, 5, 3, 3, 2, 1), batch: 2, new Random(17248), perChannel);
        Tensor input = Calls.RandomInt8(new Random(1), call.Input.Shape);
        sbyte[] scalar = engines.Scalar.Run(call, [input], ParameterDerivation.L1Norm).Int8.ToArray();
        sbyte[] generic = engines.Generic.Run(call, [input], ParameterDerivation.L1Norm).Int8.ToArray();

        Assert.All(scalar.Zip(generic), static pair => Assert.InRange(pair.First - pair.Second, -1, 1));
    }

    [Fact]
    public void Convolution_WorstCaseDerivation_ClampsBeforeTheZeroPointIsAdded()
    {
        // The older driver adds the output zero point of 7 after the kernel has limited to -128: such outputs stop at -121.
        Conv2dCall call = Calls.Conv(Conv2dShape.Create(17, 9, 11, 5, 3, 3, 2, 1), batch: 2, new Random(17248), perChannel: false);
        Tensor input = Calls.RandomInt8(new Random(1), call.Input.Shape);
        sbyte[] scalar = engines.Scalar.Run(call, [input], ParameterDerivation.WorstCase).Int8.ToArray();
        sbyte[] generic = engines.Generic.Run(call, [input], ParameterDerivation.WorstCase).Int8.ToArray();

        Assert.Equal(-121, scalar.Min());
        Assert.Equal(-128, generic.Min());
    }

    [Fact]
    public void OnnxRuntime_RunAgainWithTwoThreads_SameBytes()
    {
        var random = new Random(1);
        Conv2dCall call = Calls.Conv(Conv2dShape.Create(16, 20, 20, 16, 3, 3, 1, 1), batch: 1, random, perChannel: false);
        Tensor first = Calls.RandomInt8(random, call.Input.Shape);
        Tensor second = Calls.RandomInt8(random, call.Input.Shape);
        using var twoThreads = new OnnxRuntimeGolden(threadCount: 2);

        foreach (Tensor input in new[] { first, second, first })
        {
            Assert.Equal(engines.OnnxRuntime.Run(call, input).Bytes, twoThreads.Run(call, input).Bytes);
        }
    }

    [Fact]
    public void Run_InputsThatDoNotMatchTheCall_AreRejected()
    {
        AddCall call = Calls.Add(4);
        foreach (IOperatorEngine engine in new IOperatorEngine[] { engines.Scalar, engines.Generic, engines.OnnxRuntime })
        {
            Assert.Throws<ArgumentException>(() => engine.Run(call, Calls.Floats(1, 2, 3, 4)));
            Assert.Throws<ArgumentException>(() => engine.Run(call, Calls.Floats(1, 2, 3, 4), Calls.Floats(1, 2, 3)));
            Assert.Throws<ArgumentException>(() => engine.Run(call, Calls.Floats(1, 2, 3, 4), Calls.Int8s(1, 2, 3, 4)));
        }
    }

    [Fact]
    public void OnnxRuntime_AfterDispose_Throws()
    {
        var engine = new OnnxRuntimeGolden();
        engine.Dispose();
        Assert.Throws<ObjectDisposedException>(() => engine.Run(Calls.Add(1), Calls.Floats(1), Calls.Floats(2)));
    }

    [Fact]
    public void Description_OfOnnxRuntime_NamesVersionAndPinnedSettings()
    {
        string description = engines.OnnxRuntime.Description;
        Assert.StartsWith("ONNX Runtime 1.31.1", description, StringComparison.Ordinal);
        Assert.Contains("1 thread(s)", description, StringComparison.Ordinal);
        Assert.Contains("session.x64quantprecision=1", description, StringComparison.Ordinal);
    }
}
