namespace TileProof.Verification.DeviceLog;

/// <summary>One LAYER_DUMP line of a device run: the output of an operator in short (operator contract, section 13.4).</summary>
/// <param name="Line">The line in the log, from 1.</param>
/// <param name="Operator">The operator as the device names it.</param>
/// <param name="Count">The elements of the tensor.</param>
/// <param name="TypeCode">0 uint8, 1 int8, 2 int16, 3 int32, 4 int64, 5 float16, 6 float32.</param>
/// <param name="First">The first elements, at most 16.</param>
/// <param name="Sum">The sum of all elements.</param>
/// <param name="Minimum">The smallest element.</param>
/// <param name="Maximum">The largest element.</param>
public sealed record LayerDumpLine(
    int Line, string Operator, long Count, int TypeCode, IReadOnlyList<double> First, double Sum, double Minimum, double Maximum)
{
    /// <summary>The most elements that a line prints.</summary>
    public const int FirstCount = 16;

    /// <summary>The code of int8.</summary>
    public const int Int8Code = 1;

    /// <summary>The code of float32.</summary>
    public const int Float32Code = 6;
}
