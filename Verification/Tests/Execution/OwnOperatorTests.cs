using TileProof.Golden.Generic;
using TileProof.Golden.OnnxRuntime;
using TileProof.Golden.Scalar;
using TileProof.HwModel.Planning;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Operators.Requantizing;

namespace TileProof.Tests.Execution;

/// <summary>Operators that the modelled library has no program of, on the simulated DSP and in every golden engine against the scalar oracle.</summary>
public sealed class OwnOperatorTests
{
    /// <summary>int8 and float32, not square, with extents that no tile divides.</summary>
    internal static IEnumerable<OperatorCall> Operators =>
    [
        Calls.MaxPoolOfLevels(Calls.UnevenPool(7, 19, 23), batch: 2),
        Calls.MaxPoolOfLevels(MaxPool2dShape.Create(5, 33, 47, 3, 2, 2, 1)),
        Calls.MaxPool(Calls.UnevenPool(5, 13, 29)),
        Calls.AveragePool(Calls.UnevenPool(7, 19, 23), batch: 2),
        Calls.AveragePool(MaxPool2dShape.Create(5, 33, 47, 3, 2, 2, 1), output: QuantizationParameters.FromScale(0.011f, -128)),
        Calls.AveragePool(MaxPool2dShape.Create(3, 29, 31, 5, 5, 1, 2)),
        Calls.Arithmetic(LevelOperation.Add, TensorShape.FromNchw(2, 5, 27, 19)),
        Calls.Arithmetic(LevelOperation.Add, TensorShape.FromNchw(1, 3, 1, 5), QuantizationParameters.FromScale(0.047f, -128)),
        Calls.Arithmetic(LevelOperation.Multiply, TensorShape.FromNchw(1, 6, 26, 31), QuantizationParameters.FromScale(0.11f, 3)),
        Calls.Arithmetic(LevelOperation.None, TensorShape.FromNchw(1, 9, 26, 31)),
        Calls.Concat(TensorShape.FromNchw(3, 1, 13, 17), 1, isReal: false, 3, 11, 1),
        Calls.Concat(TensorShape.FromNchw(1, 1, 29, 31), 1, isReal: true, 7, 2),
        Calls.Concat(TensorShape.FromNchw(1, 5, 13, 3), 0, isReal: false, 2, 1, 4),
        Calls.Concat(TensorShape.FromNchw(2, 5, 1, 9), 2, isReal: false, 19, 8, 30),
        Calls.Concat(TensorShape.FromNchw(2, 5, 13, 1), 3, isReal: true, 3, 19),
        Calls.Pad(TensorShape.FromNchw(2, 5, 13, 17), isReal: false, 1, 0, 3, 2),
        Calls.Pad(TensorShape.FromNchw(1, 3, 29, 31), isReal: true, 40, 2, 0, 1),
        Calls.Pad(TensorShape.FromNchw(1, 2, 3, 1), isReal: false, 0, 0, 0, 70),
        Calls.Slice(TensorShape.FromNchw(3, 11, 13, 17), 1, isReal: false, 4, 5),
        Calls.Slice(TensorShape.FromNchw(1, 9, 29, 31), 1, isReal: true, 0, 2),
        Calls.Slice(TensorShape.FromNchw(5, 5, 13, 3), 0, isReal: false, 2, 3),
        Calls.Slice(TensorShape.FromNchw(2, 5, 47, 9), 2, isReal: false, 19, 28),
        Calls.Slice(TensorShape.FromNchw(2, 5, 13, 23), 3, isReal: true, 1, 21),
    ];

    [Fact]
    public void Run_EveryBankAndLanding_EqualsOracle()
    {
        foreach (OperatorCall call in Operators)
        {
            var paths = new HashSet<OperatorPath>();
            Tensor[] inputs = Calls.Inputs(call, 41);
            foreach ((int dram0, int dram1) in new[] { (1024, 1024), (4096, 1472), (8192, 62976) })
            {
                foreach (OperatorRouting routing in Enum.GetValues<OperatorRouting>())
                {
                    paths.Add(OracleComparison.AssertEqualUnderEveryLanding(call, inputs, OracleComparison.Banks(dram0, dram1), routing).Path);
                }
            }

            Assert.Contains(OperatorPath.Dma, paths);
            Assert.True(paths.Count > 1, call.LayerKey);
        }
    }

    /// <summary>Other engines agree bit for bit: their arithmetic is the same contract, and copies have none.</summary>
    [Fact]
    public void Run_OnnxRuntimeAndGeneric_EqualOracle()
    {
        using var onnxRuntime = new OnnxRuntimeGolden();
        foreach (OperatorCall call in Operators)
        {
            Tensor[] inputs = Calls.Inputs(call, 43);
            byte[] expected = new ScalarOracle().Run(call, inputs, ParameterDerivation.L1Norm).Bytes.ToArray();
            Assert.True(expected.Distinct().Count() > 1, call.LayerKey);
            foreach (IOperatorEngine engine in (IOperatorEngine[])[onnxRuntime, new GenericEngine()])
            {
                Assert.True(expected.AsSpan().SequenceEqual(engine.Run(call, inputs, ParameterDerivation.L1Norm).Bytes), $"{call.LayerKey}: {engine.Name}");
            }
        }
    }

    /// <summary>Written out by hand: two rows that are joined, a padded element, a sum on a tie.</summary>
    [Fact]
    public void Oracle_SmallCases_AreAsTheContractSays()
    {
        var oracle = new ScalarOracle();
        Tensor Run(OperatorCall call, params sbyte[][] inputs) =>
            oracle.Run(call, [.. call.Inputs.Zip(inputs, static (value, levels) => Tensor.FromInt8(value.Shape, levels))], ParameterDerivation.L1Norm);

        Assert.Equal<sbyte>([1, 2, 7, 3, 4, 8], Run(Calls.Concat(TensorShape.FromNchw(1, 1, 2, 1), 3, isReal: false, 2, 1), [1, 2, 3, 4], [7, 8]).Int8.ToArray());
        Assert.Equal<sbyte>([-11, -11, 5, -11, -11, -11], Run(Calls.Pad(TensorShape.FromNchw(1, 1, 1, 1), isReal: false, 0, 2, 1, 0), [5]).Int8.ToArray());
        Assert.Equal<sbyte>([2, 3, 6, 7], Run(Calls.Slice(TensorShape.FromNchw(1, 1, 2, 4), 3, isReal: false, 1, 2), [1, 2, 3, 4, 5, 6, 7, 8]).Int8.ToArray());
        Assert.Equal<sbyte>([5, 6], Run(Calls.Slice(TensorShape.FromNchw(1, 3, 1, 2), 1, isReal: false, 2, 1), [1, 2, 3, 4, 5, 6]).Int8.ToArray());
        Assert.Equal<sbyte>([-128, -3], Run(Calls.MaxPoolOfLevels(MaxPool2dShape.Create(1, 1, 4, 1, 2, 2, 0)), [-128, -128, -7, -3]).Int8.ToArray());

        // Zero point -11 and 17: distances of 4 and 2 in a window of two, of 2 alone where the other is padding; 3 x 0.5 is 1.5, to the even 2.
        MaxPool2dShape pair = MaxPool2dShape.Create(1, 1, 2, new Conv2dWindow
        {
            KernelHeight = 1, KernelWidth = 2, StrideHeight = 1, StrideWidth = 1, PadTop = 0, PadLeft = 0, PadBottom = 0, PadRight = 1, DilationHeight = 1, DilationWidth = 1,
        });
        AveragePool2dCall average = Calls.AveragePool(pair) with
        {
            Inputs = [new("x", pair.InputShape(), ElementType.Int8, QuantizationParameters.FromScale(1, -11))],
            Output = new("y", pair.OutputShape(), ElementType.Int8, QuantizationParameters.FromScale(2, 17)),
        };
        Assert.Equal<sbyte>([19, 18], Run(average, [-7, -9]).Int8.ToArray());

        // (3 + 2) halves are 2.5: to the even 2, then the zero point 5. Rounded with the odd zero point it would be 8.
        TensorShape one = TensorShape.FromMatrix(1, 1);
        LevelArithmeticCall sum = Calls.Arithmetic(LevelOperation.Add, one, QuantizationParameters.FromScale(2, 5)) with
        {
            Inputs = [new("a", one, ElementType.Int8, QuantizationParameters.FromScale(1, -11)), new("b", one, ElementType.Int8, QuantizationParameters.FromScale(1, 17))],
        };
        Assert.Equal<sbyte>([7], Run(sum, [-8], [19]).Int8.ToArray());
        Assert.Equal<sbyte>([8], Run(sum with { Operation = LevelOperation.Multiply }, [-8], [19]).Int8.ToArray());
    }
}
