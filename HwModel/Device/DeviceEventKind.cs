namespace TileProof.HwModel.Device;

/// <summary>What a record of the runtime says; the numbers are those of <c>runtime/tp.h</c>.</summary>
internal enum DeviceEventKind
{
    None,
    Transfer,
    Wait,
    Poll,
    Fill,
    Read,
    Write,
    Compute,
    Operand,
    WriteBack,
    Invalidate,
    Buffer,
    Tile,
    Ring,
    Return,
    Overflow,
}
