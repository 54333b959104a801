namespace TileProof.Golden.Onnx;

/// <summary>Which ONNX element type a C# type is.</summary>
internal static class OnnxElementTypes
{
    /// <summary>The ONNX element type of <typeparamref name="T"/>.</summary>
    /// <exception cref="NotSupportedException">The type has no counterpart in <see cref="OnnxElementType"/>.</exception>
    public static OnnxElementType Of<T>()
        where T : unmanaged => default(T) switch
        {
            float => OnnxElementType.Float32,
            byte => OnnxElementType.UInt8,
            sbyte => OnnxElementType.Int8,
            int => OnnxElementType.Int32,
            long => OnnxElementType.Int64,
            double => OnnxElementType.Float64,
            _ => throw new NotSupportedException($"{typeof(T).Name} is not an ONNX element type of this project."),
        };
}
