namespace TileProof.Verification.Files;

/// <summary>A file that is written. A limit on the size of files, which .NET takes for a wrong argument, is an input/output error here, as a full disk is.</summary>
internal sealed class OutputFileStream(string path, FileMode mode, FileAccess access, FileShare share, int bufferSize = 4096) : FileStream(path, mode, access, share, bufferSize)
{
    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count)
    {
        try
        {
            base.Write(buffer, offset, count);
        }
        catch (ArgumentOutOfRangeException exception)
        {
            throw TooLarge(exception);
        }
    }

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            base.Write(buffer);
        }
        catch (ArgumentOutOfRangeException exception)
        {
            throw TooLarge(exception);
        }
    }

    /// <inheritdoc/>
    public override void Flush(bool flushToDisk)
    {
        try
        {
            base.Flush(flushToDisk);
        }
        catch (ArgumentOutOfRangeException exception)
        {
            throw TooLarge(exception);
        }
    }

    /// <inheritdoc/>
    public override void Flush() => Flush(flushToDisk: false);

    /// <inheritdoc/>
    public override void WriteByte(byte value) => Write([value]);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        try
        {
            base.Dispose(disposing);
        }
        catch (ArgumentOutOfRangeException exception)
        {
            throw TooLarge(exception);
        }
    }

    private static IOException TooLarge(ArgumentOutOfRangeException exception) => new("the file is larger than files may be", exception);
}
