using TileProof.Golden.Words;
using TileProof.HwModel.Faults;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Programs;
using TileProof.HwModel.Proof;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Tests.Execution;

namespace TileProof.Tests.Proof;

/// <summary>Programs of operators other than tiled convolutions: the corrected ones are proven on every path, and what the published ones lack is found.</summary>
public sealed class OperatorProofTests
{
    private static readonly DspConfiguration Banks = DspConfiguration.FromBankBytes(4096, 2048);

    public static TheoryData<string> Names => [.. Operators.Keys];

    private static Dictionary<string, OperatorCall> Operators => new(StringComparer.Ordinal)
    {
        ["quantize"] = Calls.Quantize(TensorShape.FromNchw(2, 3, 31, 17)),
        ["quantize, few"] = Calls.Quantize(TensorShape.FromNchw(1, 7, 3, 5)),
        ["dequantize"] = Calls.Dequantize(TensorShape.FromNchw(1, 5, 29, 23)),
        ["relu"] = Calls.Relu(TensorShape.FromNchw(2, 6, 27, 19)),
        ["add"] = Calls.Add(TensorShape.FromNchw(1, 4, 26, 31)),
        ["add, odd"] = Calls.Add(TensorShape.FromNchw(1, 3, 25, 31)),
        ["max pooling"] = Calls.MaxPool(MaxPool2dShape.Create(5, 13, 11, 3, 3, 2, 1), batch: 2),
        ["max pooling, stride 1"] = Calls.MaxPool(MaxPool2dShape.Create(3, 7, 9, 2, 2, 1, 0)),
        ["max pooling of levels"] = Calls.MaxPoolOfLevels(Calls.UnevenPool(5, 13, 11), batch: 2),
        ["average pooling"] = Calls.AveragePool(Calls.UnevenPool(5, 13, 11), batch: 2),
        ["average pooling, even"] = Calls.AveragePool(MaxPool2dShape.Create(2, 61, 70, 3, 3, 1, 1)),
        ["quantized add"] = Calls.Arithmetic(LevelOperation.Add, TensorShape.FromNchw(2, 5, 27, 19)),
        ["quantized mul"] = Calls.Arithmetic(LevelOperation.Multiply, TensorShape.FromNchw(1, 6, 26, 31)),
        ["requantize"] = Calls.Arithmetic(LevelOperation.None, TensorShape.FromNchw(1, 6, 26, 31)),
        ["concat of channels"] = Calls.Concat(TensorShape.FromNchw(2, 1, 13, 17), 1, isReal: false, 3, 11, 1),
        ["concat of columns"] = Calls.Concat(TensorShape.FromNchw(2, 5, 13, 1), 3, isReal: true, 3, 19),
        ["slice of channels"] = Calls.Slice(TensorShape.FromNchw(3, 11, 13, 17), 1, isReal: false, 4, 5),
        ["slice of images"] = Calls.Slice(TensorShape.FromNchw(5, 4, 13, 7), 0, isReal: false, 2, 3),
        ["slice of rows"] = Calls.Slice(TensorShape.FromNchw(2, 5, 47, 9), 2, isReal: false, 19, 28),
        ["slice of columns"] = Calls.Slice(TensorShape.FromNchw(2, 5, 13, 23), 3, isReal: true, 1, 21),
        ["pad"] = Calls.Pad(TensorShape.FromNchw(2, 5, 13, 17), isReal: false, 1, 0, 3, 2),
        ["pad of reals"] = Calls.Pad(TensorShape.FromNchw(1, 3, 29, 31), isReal: true, 40, 2, 0, 1),
        ["mean 2x2"] = Calls.Mean(TensorShape.FromNchw(2, 147, 2, 2)),
        ["mean 3x5"] = Calls.Mean(TensorShape.FromNchw(2, 9, 3, 5)),
        ["linear"] = Calls.Linear(1, 700, 13, seed: 3, weightZeroPoint: 2),
        ["linear, segments"] = Calls.Linear(1, 2500, 3, seed: 3),
        ["linear, rows"] = Calls.Linear(3, 40, 7, seed: 3),
        ["softmax"] = Calls.Softmax(3, 37),
        ["generic convolution"] = Calls.Conv(Conv2dShape.Create(4, 19, 17, 6, 3, 3, 5, 1, dilation: 2, groups: 2), 3, batch: 2),
    };

    [Theory, MemberData(nameof(Names))]
    public void Prove_CorrectedProgram_IsProvenOnEveryPath(string name)
    {
        OperatorCall call = Operators[name];
        foreach (OperatorRouting routing in Enum.GetValues<OperatorRouting>())
        {
            ProgramProof proof = Prove(call, ProgramLibrary.Corrected, routing);
            Assert.True(proof.IsProven, $"{routing}: {proof}");
            Assert.Equal(call.Output.LengthBytes, proof.WordCount);
        }
    }

    /// <summary>Without the cache, which all of them neglect.</summary>
    [Theory]
    [InlineData("max pooling", "not waited for")]
    [InlineData("linear", "")]
    [InlineData("mean 2x2", "a byte that nobody wrote")]
    public void Prove_PublishedProgram_IsWrongByItsOwnDefect(string name, string explanation)
    {
        OperatorCall call = name == "max pooling" ? Calls.MaxPool(MaxPool2dShape.Create(40, 13, 11, 3, 3, 2, 1)) : Operators[name];

        ProgramProof proof = Prove(call, ProgramLibrary.Published, OperatorRouting.Published, modelsCache: false);

        Assert.False(proof.IsProven);
        Assert.InRange(proof.WrongCount, 1, proof.WordCount);
        Assert.True(explanation is "" or "not waited for" || proof.First!.Explanation.Contains(explanation, StringComparison.Ordinal), proof.ToString());
    }

    [Theory]
    [InlineData("quantize")]
    [InlineData("dequantize")]
    [InlineData("relu")]
    public void Prove_PublishedElementwise_IsWrongByItsCacheOnly(string name)
    {
        OperatorCall call = Operators[name];
        DspConfiguration equal = DspConfiguration.FromBankBytes(4096, 4096);

        Assert.True(Prove(call, ProgramLibrary.Published, OperatorRouting.Published, modelsCache: false, banks: equal).IsProven);
        ProgramProof proof = Prove(call, ProgramLibrary.Published, OperatorRouting.Published, banks: equal);
        Assert.Equal("holds a byte that the core has not written back", proof.First?.Explanation);
    }

    /// <summary>Every wait that a program has is needed: without any one channel's waits it is not proven.</summary>
    [Theory]
    [InlineData("quantize", 0)]
    [InlineData("quantize", 1)]
    [InlineData("add", 0)]
    [InlineData("max pooling", 1)]
    [InlineData("max pooling of levels", 0)]
    [InlineData("max pooling of levels", 1)]
    [InlineData("average pooling", 0)]
    [InlineData("average pooling", 1)]
    [InlineData("quantized add", 0)]
    [InlineData("quantized add", 1)]
    [InlineData("requantize", 0)]
    [InlineData("concat of channels", 0)]
    [InlineData("concat of channels", 1)]
    [InlineData("concat of columns", 1)]
    [InlineData("pad", 0)]
    [InlineData("pad of reals", 1)]
    [InlineData("mean 2x2", 1)]
    [InlineData("linear", 0)]
    [InlineData("softmax", 0)]
    public void Prove_WithoutTheWaitsOfAChannel_IsNotProven(string name, int channel)
    {
        ProgramProof proof = Prove(Operators[name], ProgramLibrary.Corrected, OperatorRouting.Published, interceptors: () => new WaitFault(wait => wait.Channel == channel, toOtherChannel: false));

        Assert.False(proof.IsProven);
    }

    /// <summary>The goldens follow the contract, not the program: another element, or another order where it matters, is another word.</summary>
    [Fact]
    public void Golden_OrderMattersWhereTheContractSaysSo()
    {
        ulong[] mean = GoldenOperatorWords.Compute(Calls.Mean(TensorShape.FromNchw(1, 2, 2, 2)));
        Assert.Equal(8, mean.Distinct().Count());
        ulong[] sum = GoldenOperatorWords.Compute(Calls.Add(TensorShape.FromNchw(1, 1, 1, 3)));
        Assert.Equal(12, sum.Distinct().Count());
    }

    /// <summary>A window that counts another number of elements is another word, in the first, a middle and the last output, and so is a padding of another level.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Golden_AverageCountsTheElementsInTheImage(int padding)
    {
        MaxPool2dShape shape = MaxPool2dShape.Create(2, 7, 9, 5, 5, 2, 2);
        AveragePool2dCall call = Calls.AveragePool(shape);
        AveragePool2dCall other = call with { Shape = MaxPool2dShape.Create(2, 7, 9, shape.Window with { PadTop = padding, PadBottom = 4 - padding }) };
        ulong[] words = GoldenOperatorWords.Compute(call);
        ulong[] others = GoldenOperatorWords.Compute(other);
        Assert.Equal(padding == 2, words[0] == others[0]);
        Assert.Equal(padding == 2, words[^1] == others[^1]);
        AveragePool2dCall zero = call with { Inputs = [call.Input with { Quantization = QuantizationParameters.FromScale(call.Input.RequiredQuantization.Scale, call.Input.RequiredQuantization.ZeroPoint + 1) }] };
        ulong[] shifted = GoldenOperatorWords.Compute(zero);
        Assert.NotEqual(words[0], shifted[0]);
        Assert.NotEqual(words[^1], shifted[^1]);
        Assert.Contains(words.Zip(shifted), static pair => pair.First == pair.Second);
    }

    private static ProgramProof Prove(
        OperatorCall call, ProgramLibrary library, OperatorRouting routing, bool modelsCache = true, DspConfiguration? banks = null, Func<MachineInterceptor>? interceptors = null)
    {
        DspConfiguration machine = library.MachineFor(banks ?? Banks);
        TileProgram program = library.Write(new CallRequest(call, machine, routing));
        return new ProgramProver(machine) { ModelsCache = modelsCache, Interceptors = interceptors }.Prove(program, call, GoldenOperatorWords.Compute(call));
    }
}
