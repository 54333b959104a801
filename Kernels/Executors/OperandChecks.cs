using TileProof.Kernels.Constants;
using TileProof.Operators;

namespace TileProof.Kernels.Executors;

/// <summary>The conditions on operands that all executors share.</summary>
internal static class OperandChecks
{
    public static void Conv2d(Conv2dShape shape, ElementType elementType, KernelValue input, KernelValue output)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(output);
        Require(input, elementType, shape.InputShape(input.Shape.Batch), nameof(input));
        Require(output, elementType, shape.OutputShape(input.Shape.Batch), nameof(output));
    }

    public static void MaxPool2d(MaxPool2dShape shape, KernelValue input, KernelValue output)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(output);
        Require(input, input.ElementType, shape.InputShape(input.Shape.Batch), nameof(input));
        Require(output, input.ElementType, shape.OutputShape(input.Shape.Batch), nameof(output));
    }

    public static void AveragePool2d(MaxPool2dShape shape, KernelValue input, KernelValue output)
    {
        MaxPool2d(shape, input, output);
        Require(input, ElementType.Int8, input.Shape, nameof(input));
    }

    public static void Mean(KernelValue input, KernelValue output)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(output);
        Require(input, ElementType.Float32, input.Shape, nameof(input));
        Require(output, ElementType.Float32, TensorShape.FromMatrix(input.Shape.Batch, input.Shape.Channels), nameof(output));
    }

    public static void Elementwise(KernelValue input, ElementType inputType, KernelValue output, ElementType outputType)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(output);
        Require(input, inputType, input.Shape, nameof(input));
        Require(output, outputType, input.Shape, nameof(output));
    }

    public static void Copy(KernelValue input, KernelValue output)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(output);
        if (input.ElementType != output.ElementType || input.Shape.ElementCount > output.Shape.ElementCount)
        {
            throw new ArgumentException($"{input.ElementType} {input.Shape} has no place in {output.ElementType} {output.Shape}.", nameof(output));
        }
    }

    public static void QuantizedLinear(QuantizedLinearParameters parameters, KernelValue input, KernelValue output)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(output);
        RequireImage(input, parameters.InputFeatures, input.Shape.Batch, nameof(input));
        RequireImage(output, parameters.OutputFeatures, input.Shape.Batch, nameof(output));
    }

    private static void RequireImage(KernelValue value, int imageElementCount, int batch, string parameterName)
    {
        if (value.ElementType != ElementType.Int8 || value.Shape.ImageElementCount != imageElementCount || value.Shape.Batch != batch)
        {
            throw new ArgumentException(
                $"Expected {ElementType.Int8} with {batch} images of {imageElementCount} elements, not {value.ElementType} {value.Shape}.", parameterName);
        }
    }

    private static void Require(KernelValue value, ElementType elementType, TensorShape shape, string parameterName)
    {
        if (value.ElementType != elementType || value.Shape != shape)
        {
            throw new ArgumentException($"Expected {elementType} {shape}, not {value.ElementType} {value.Shape}.", parameterName);
        }
    }
}
