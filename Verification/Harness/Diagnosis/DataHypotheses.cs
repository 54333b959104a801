using System.Globalization;
using TileProof.HwModel.Faults;
using TileProof.Operators;
using TileProof.Operators.Requantizing;
using TileProof.Verification.Hazards;

namespace TileProof.Verification.Diagnosis;

/// <summary>Right programs on wrong operands or integers: layouts, signs, zero points, biases, shifts and multipliers.</summary>
internal static class DataHypotheses
{
    private const byte SignBit = 0x80;

    /// <summary>The hypotheses of a layer.</summary>
    /// <param name="subject">The layer.</param>
    /// <param name="complexity">See <see cref="DefectHypothesis.Complexity"/>.</param>
    public static IEnumerable<DefectHypothesis> Of(DiagnosisSubject subject, int complexity) =>
    [
        .. Integers(subject, complexity), .. Derived(subject, complexity), .. Weights(subject, complexity), .. Inputs(subject, complexity), .. Outputs(subject, complexity),
    ];

    /// <summary>Every other value of the padding.</summary>
    public static IEnumerable<DefectHypothesis> PadValues(DiagnosisSubject subject, int complexity) =>
        from value in Enumerable.Range(sbyte.MinValue, 256)
        where value != subject.Case.Requantization.InputZeroPoint
        select Changed(
            string.Create(CultureInfo.InvariantCulture, $"padding-is-{value}"),
            FaultClass.PadValue,
            string.Create(CultureInfo.InvariantCulture, $"padding is {value} instead of {subject.Case.Requantization.InputZeroPoint}"),
            complexity,
            subject,
            right => right with { Requantization = right.Requantization with { InputZeroPoint = value } });

    private static IEnumerable<DefectHypothesis> Integers(DiagnosisSubject subject, int complexity)
    {
        foreach (int difference in new[] { 2, -2, 3, -3, 4, -4 })
        {
            string words = string.Create(CultureInfo.InvariantCulture, $"{Math.Abs(difference)} too {(difference > 0 ? "large" : "small")}");
            string name = string.Create(CultureInfo.InvariantCulture, $"{Math.Abs(difference)}-{(difference > 0 ? "more" : "less")}");
            yield return Of($"accumulator-shift-{name}", $"the first shift is {words}", r => r with { AccumulatorShift = Math.Max(0, r.AccumulatorShift + difference) });
            yield return Of($"output-shift-{name}", $"the second shift is {words}", r => r with { OutputShift = Math.Max(0, r.OutputShift + difference) });
        }

        yield return Of("scale-rounded-up", "the multiplier is rounded up, not truncated", static r => Scaled(r, static scale => scale + 1));
        yield return Of("scale-one-less", "the multiplier is 1 too small", static r => Scaled(r, static scale => scale - 1));
        yield return Of("scale-doubled", "the multiplier is twice the right one", static r => Scaled(r, static scale => scale * 2));
        yield return Of("scale-halved", "the multiplier is half the right one", static r => Scaled(r, static scale => scale / 2));
        yield return Of("scale-of-15-bits", "the multiplier keeps its low 15 bits, as a signed one does", static r => Scaled(r, static scale => scale & short.MaxValue));
        yield return Of("scale-one", "the multiplier is 1", static r => Scaled(r, static _ => 1));
        if (subject.Case.Requantization.IsPerChannel)
        {
            yield return Of("scale-of-first-channel", "every channel has the multiplier of the first", static r => r with { OutputScales = [.. Enumerable.Repeat(r.OutputScales[0], r.OutputScales.Length)] });
            yield return Of("scale-of-next-channel", "multipliers are those of the next channel", static r => r with { OutputScales = [.. r.OutputScales.Skip(1), r.OutputScales[^1]] });
        }

        int zeroPoint = subject.OutputQuantization.ZeroPoint;
        yield return Of("clamp-minimum-127", "the lower limit of the output is -127", static r => r with { ClampMinimum = -127 }, FaultClass.Saturation);
        yield return Of("clamp-at-zero-point", "the output is cut at its zero point, as by a rectifier", r => r with { ClampMinimum = zeroPoint }, FaultClass.Saturation);
        if (subject.Case.Requantization.HasPostCorrection)
        {
            yield return Of("correction-missing", "the driver does not correct the output after the kernel", static r => r with { PostCorrection = [] }, FaultClass.ZeroPoint);
        }

        DefectHypothesis Of(string name, string description, Func<Requantization, Requantization> change, FaultClass kind = FaultClass.ShiftAndScale) =>
            Changed(name, kind, description, complexity, subject, right => right with { Requantization = change(right.Requantization) });

        static Requantization Scaled(Requantization right, Func<int, int> change) =>
            right with { OutputScales = Array.ConvertAll(right.OutputScales, scale => (ushort)Math.Clamp(change(scale), 1, ushort.MaxValue)) };
    }

    private static IEnumerable<DefectHypothesis> Derived(DiagnosisSubject subject, int complexity)
    {
        int[] bias = subject.Bias;
        int input = subject.Case.Requantization.InputZeroPoint;
        int output = subject.OutputQuantization.ZeroPoint;
        yield return Changed("other-derivation", FaultClass.ShiftAndScale, "the integers follow the other published derivation", complexity, subject, right => right with { Requantization = subject.OtherDerivation() });
        yield return Of("bias-missing", FaultClass.Bias, "the biases of the model are left out", new int[bias.Length], input, output);
        yield return Of("bias-negated", FaultClass.Bias, "the biases of the model have the wrong sign", Array.ConvertAll(bias, static value => -value), input, output);
        yield return Of("bias-of-next-channel", FaultClass.Bias, "the biases of the model are those of the next channel", [.. bias.Skip(1), bias[^1]], input, output);
        yield return Of("bias-of-channel-before", FaultClass.Bias, "the biases of the model are those of the channel before", [bias[0], .. bias.SkipLast(1)], input, output);
        foreach ((string name, string words, int changed) in Variants(output))
        {
            yield return Of($"output-zero-point-{name}", FaultClass.ZeroPoint, $"the output zero point is {words}", bias, input, changed);
        }

        foreach ((string name, string words, int changed) in Variants(input))
        {
            yield return Of($"folded-input-zero-point-{name}", FaultClass.ZeroPoint, $"the input zero point in the biases is {words}", bias, changed, output);
            Requantization both = subject.WithDerived(bias, changed, output) with { InputZeroPoint = Math.Clamp(changed, sbyte.MinValue, sbyte.MaxValue) };
            yield return Changed($"input-zero-point-{name}", FaultClass.ZeroPoint, $"the input zero point is {words}, in biases and padding", complexity, subject, right => right with { Requantization = both });
        }

        DefectHypothesis Of(string name, FaultClass kind, string description, int[] changedBias, int changedInput, int changedOutput)
        {
            Requantization changed = subject.WithDerived(changedBias, changedInput, changedOutput);
            return Changed(name, kind, description, complexity, subject, right => right with { Requantization = changed });
        }
    }

    private static IEnumerable<(string Name, string Words, int Value)> Variants(int zeroPoint)
    {
        yield return ("one-more", "1 too large", zeroPoint + 1);
        yield return ("one-less", "1 too small", zeroPoint - 1);
        if (zeroPoint != 0)
        {
            yield return ("missing", "0", 0);
            yield return ("negated", "of the wrong sign", -zeroPoint);
        }

        yield return ("of-uint8", "that of uint8 levels", zeroPoint + SignBit);
    }

    private static IEnumerable<DefectHypothesis> Weights(DiagnosisSubject subject, int complexity)
    {
        Conv2dShape shape = subject.Case.Shape;
        int outputs = shape.OutChannels;
        int inputs = shape.GroupInChannels;
        int rows = shape.KernelHeight;
        int columns = shape.KernelWidth;
        int window = rows * columns;
        if (inputs > 1 && window > 1)
        {
            yield return Of("weights-ohwi", "the weights lie in the order OHWI", static w => w, i => Exchanged(i, window, inputs));
            yield return Of("weights-ohwi-read", "the weights are read in the order OHWI", static w => w, i => Exchanged(i, inputs, window));
        }

        if (outputs > 1 && inputs * window > 1)
        {
            yield return Of("weights-hwio", "the weights lie in the order HWIO", static w => w, i => (((i % outputs * inputs) + (i / outputs % inputs)) * window) + (i / outputs / inputs));
            yield return Of("weights-iohw", "the weights lie in the order IOHW", static w => w, i => (((i / window % outputs * inputs) + (i / window / outputs)) * window) + (i % window));
        }

        if (window > 1)
        {
            yield return Of("weights-rotated", "the kernel is turned by 180 degrees", static w => w, i => (i / window * window) + (window - 1 - (i % window)));
        }

        if (rows == columns && window > 1)
        {
            yield return Of("weights-transposed", "rows and columns of the kernel change places", static w => w, i => (i / window * window) + (i % window % columns * columns) + (i % window / columns));
        }

        yield return Of("weights-of-uint8", "the weights are taken for uint8 levels around 128", static w => unchecked((sbyte)(w ^ SignBit)), static i => i);
        yield return Of("weights-negated", "the weights have the wrong sign", static w => unchecked((sbyte)-w), static i => i);

        DefectHypothesis Of(string name, string description, Func<sbyte, sbyte> value, Func<int, int> from) => Changed(
            name, "Layout", description, complexity, subject, right => right with { Weights = Array.ConvertAll(Permuted(right.Weights, from), weight => value(weight)) });
    }

    private static IEnumerable<DefectHypothesis> Inputs(DiagnosisSubject subject, int complexity)
    {
        Conv2dShape shape = subject.Case.Shape;
        int plane = shape.InHeight * shape.InWidth;
        sbyte zeroPoint = (sbyte)subject.Case.Requantization.InputZeroPoint;
        if (shape.InChannels > 1 && plane > 1)
        {
            yield return Of("input-nhwc", "the input lies in the order NHWC", input => Permuted(input, i => Exchanged(i, plane, shape.InChannels)));
            yield return Of("input-nhwc-read", "the input is read in the order NHWC", input => Permuted(input, i => Exchanged(i, shape.InChannels, plane)));
        }

        if (shape.InHeight == shape.InWidth && plane > 1)
        {
            yield return Of("input-transposed", "rows and columns of the input change places", input => Permuted(input, i => (i / plane * plane) + (i % plane % shape.InWidth * shape.InWidth) + (i % plane / shape.InWidth)));
        }

        yield return Of("input-of-uint8", "the input is taken for uint8 levels", static input => Array.ConvertAll(input, static level => unchecked((sbyte)(level ^ SignBit))));
        yield return Of("input-empty", "the input is the zero point everywhere", input => [.. Enumerable.Repeat(zeroPoint, input.Length)]);
        yield return Of("input-zero", "the input is 0 everywhere", static input => new sbyte[input.Length]);

        DefectHypothesis Of(string name, string description, Func<sbyte[], sbyte[]> change) =>
            Changed(name, "Layout", description, complexity, subject, right => right with { Input = change(right.Input) });
    }

    private static IEnumerable<DefectHypothesis> Outputs(DiagnosisSubject subject, int complexity)
    {
        Conv2dShape shape = subject.Case.Shape;
        int plane = shape.OutHeight * shape.OutWidth;
        if (shape.OutChannels > 1 && plane > 1)
        {
            yield return Of("output-nhwc", "the output lies in the order NHWC", bytes => Permuted(bytes, i => Exchanged(i, plane, shape.OutChannels)));
            yield return Of("output-nhwc-read", "the output is put into the order NCHW a second time", bytes => Permuted(bytes, i => Exchanged(i, shape.OutChannels, plane)));
        }

        yield return Of("output-of-uint8", "the output is in uint8 levels", static bytes => Array.ConvertAll(bytes, static level => (byte)(level ^ SignBit)));

        DefectHypothesis Of(string name, string description, Func<byte[], byte[]> change) =>
            new() { Name = name, Class = "Layout", Description = description, Complexity = complexity, Rearrange = change };
    }

    /// <summary>Where element <paramref name="index"/> of <c>[..., a, b]</c> lies in <c>[..., b, a]</c>.</summary>
    private static int Exchanged(int index, int a, int b)
    {
        int block = index / (a * b);
        int inBlock = index % (a * b);
        return (block * a * b) + (inBlock % b * a) + (inBlock / b);
    }

    private static TElement[] Permuted<TElement>(TElement[] elements, Func<int, int> from)
    {
        var permuted = new TElement[elements.Length];
        for (int i = 0; i < permuted.Length; i++)
        {
            permuted[i] = elements[from(i)];
        }

        return permuted;
    }

    private static DefectHypothesis Changed(string name, FaultClass kind, string description, int complexity, DiagnosisSubject subject, Func<ConvolutionCase, ConvolutionCase> change) =>
        Changed(name, kind.ToString(), description, complexity, subject, change);

    private static DefectHypothesis Changed(string name, string kind, string description, int complexity, DiagnosisSubject subject, Func<ConvolutionCase, ConvolutionCase> change) =>
        new() { Name = name, Class = kind, Description = description, Complexity = complexity, Changed = new Lazy<ConvolutionCase>(() => change(subject.Case)) };
}
