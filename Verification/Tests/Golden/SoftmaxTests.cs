using System.Globalization;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Tests.Support;
using Xunit.Abstractions;

namespace TileProof.Tests.Golden;

/// <summary>softmax (operator contract, section 9).</summary>
public sealed class SoftmaxTests(GoldenEngines engines, ITestOutputHelper log) : IClassFixture<GoldenEngines>
{
    // The sum of 4096 terms and the reciprocal round a few times each; the portable operator adds in sequence and is further off.
    private const int UlpTolerance = 8;

    private static readonly int[] Lengths = [.. Enumerable.Range(1, 50), 1000, 4096];

    [Fact]
    public void Softmax_AnyLength_WithinTolerance() => Assert.All(Lengths, columns =>
    {
        SoftmaxCall call = Calls.Softmax(3, columns);
        Tensor input = RandomLogits(new Random(columns), call.Input.Shape);
        Tensor scalar = engines.Scalar.Run(call, input);

        Assert.InRange(LargestUlp.Between(scalar.Float32, DoubleSoftmax(input)), 0, UlpTolerance);
        Assert.InRange(LargestUlp.Between(scalar.Float32, engines.OnnxRuntime.Run(call, input).Float32), 0, UlpTolerance);
    });

    [Fact]
    public void Softmax_PortableOperatorOnShortRows_WithinTolerance()
    {
        SoftmaxCall call = Calls.Softmax(500, 10);
        Tensor input = RandomLogits(new Random(9), call.Input.Shape);
        long largest = LargestUlp.Between(engines.Scalar.Run(call, input).Float32, engines.Generic.Run(call, input).Float32);

        Assert.InRange(largest, 1, UlpTolerance);
    }

    [Fact]
    public void Softmax_PortableOperatorOnLongRows_SequentialSumDrifts()
    {
        SoftmaxCall call = Calls.Softmax(20, 4096);
        Tensor input = RandomLogits(new Random(9), call.Input.Shape);
        Tensor scalar = engines.Scalar.Run(call, input);
        float[] exact = DoubleSoftmax(input);
        long toExact = LargestUlp.Between(scalar.Float32, exact);
        long toOnnxRuntime = LargestUlp.Between(scalar.Float32, engines.OnnxRuntime.Run(call, input).Float32);
        long genericToExact = LargestUlp.Between(engines.Generic.Run(call, input).Float32, exact);
        log.WriteLine($"softmax 20 x 4096: {toExact} ULP at most from double, {toOnnxRuntime} from ONNX Runtime; the portable operator is {genericToExact} from double");

        Assert.InRange(toExact, 1, UlpTolerance);
        Assert.InRange(toOnnxRuntime, 1, UlpTolerance);
        Assert.InRange(genericToExact, UlpTolerance + 1, 200);
    }

    [Fact]
    public void Softmax_NaNInARow_WholeRowNaNAndOthersUntouched()
    {
        SoftmaxCall call = Calls.Softmax(2, 20);
        Tensor input = RandomLogits(new Random(1), call.Input.Shape);
        input.Float32[5] = float.NaN;
        ReadOnlySpan<float> output = engines.Scalar.Run(call, input).Float32;

        Assert.All(output[..20].ToArray(), static value => Assert.True(float.IsNaN(value)));
        Assert.All(output[20..].ToArray(), static value => Assert.InRange(value, 0, 1));
    }

    [Fact]
    public void Softmax_DistanceBeyondTheExponent_IsZero()
    {
        Tensor input = Calls.Floats(0, -87, -88, -128, -1000, float.NegativeInfinity);
        ReadOnlySpan<float> output = engines.Scalar.Run(Calls.Softmax(1, 6), input).Float32;

        Assert.Equal(1, output[0]);
        Assert.True(output[1] > 0);
        Assert.Equal([0f, 0f, 0f, 0f], output[2..]);
    }

    [SkippableFact]
    public void Softmax_PublishedVectors_WithinTwoUlpAndPrintPrecision()
    {
        string[] lines = File.ReadAllLines(RepositoryPaths.RequirePublished("iss_softmax_2x4096.csv"));
        (float Input, string Output)[] rows = [.. lines.Skip(1).Select(static line => line.Split(','))
            .Select(static cells => (float.Parse(cells[2], CultureInfo.InvariantCulture), cells[3]))];
        Assert.Equal(2 * 4096, rows.Length);
        Tensor input = Tensor.FromFloat32(TensorShape.FromMatrix(2, 4096), [.. rows.Select(static row => row.Input)]);
        float[] scalar = engines.Scalar.Run(Calls.Softmax(2, 4096), input).Float32.ToArray();

        int printedEqual = 0;
        double largestExcessUlp = double.NegativeInfinity;
        for (int i = 0; i < rows.Length; i++)
        {
            double published = double.Parse(rows[i].Output, CultureInfo.InvariantCulture);
            printedEqual += scalar[i].ToString("g6", CultureInfo.InvariantCulture) == rows[i].Output ? 1 : 0;

            // An input is known to half a unit of its sixth digit; the exponential turns that into a relative error of the output.
            double printError = HalfUnitOfSixthDigit(published) + (published * HalfUnitOfSixthDigit(rows[i].Input));
            double excess = Math.Abs(scalar[i] - published) - printError;
            largestExcessUlp = Math.Max(largestExcessUlp, excess / (MathF.BitIncrement(scalar[i]) - scalar[i]));
        }

        log.WriteLine($"{printedEqual} of {rows.Length} print the same; beyond the print precision at most {largestExcessUlp:F2} ULP");
        Assert.InRange(printedEqual, 7700, rows.Length);
        Assert.InRange(largestExcessUlp, double.NegativeInfinity, 2);
    }

    private static double HalfUnitOfSixthDigit(double value) => 0.5 * Math.Pow(10, Math.Floor(Math.Log10(value)) - 5);

    private static Tensor RandomLogits(Random random, TensorShape shape)
    {
        Tensor tensor = Tensor.Create(shape, ElementType.Float32);
        foreach (ref float element in tensor.Float32)
        {
            element = (random.NextSingle() - 0.5f) * 20;
        }

        return tensor;
    }

    /// <summary>In double from the single-precision distance to the maximum on, whose rounding is part of every engine's contract.</summary>
    private static float[] DoubleSoftmax(Tensor input)
    {
        int columns = input.Shape.Channels;
        float[] x = input.Float32.ToArray();
        return [.. x.Chunk(columns).SelectMany(static row =>
        {
            float maximum = row.Max();
            double[] exponentials = [.. row.Select(value => Math.Exp((float)(value - maximum)))];
            double total = exponentials.Sum();
            return exponentials.Select(exponential => (float)(exponential / total));
        })];
    }
}
