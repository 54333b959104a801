using System.IO.Compression;
using TileProof.Golden.Import;
using TileProof.Verification.Files;
using TileProof.Verification.Vectors;

namespace TileProof.Verification.InputData;

/// <summary>A file of any length that is read from a position on; compressed with gzip or not. Holds one piece of it at a time.</summary>
internal sealed class ForwardFile : IDisposable
{
    private const int PieceBytes = 64 * 1024;

    private readonly string path;
    private readonly bool isCompressed;
    private Stream stream;
    private long position;

    /// <summary>Opens a file at its first byte.</summary>
    /// <exception cref="FixtureException">It cannot be opened.</exception>
    public ForwardFile(string path)
    {
        this.path = path;
        stream = OpenPlain(path);
        LengthBytes = stream.Length;
        Span<byte> start = stackalloc byte[2];
        isCompressed = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length && start is [0x1F, 0x8B];
        stream.Position = 0;
        Rewind();
    }

    /// <summary>Bytes of the file as it is stored.</summary>
    public long LengthBytes { get; }

    /// <summary>Whether it is stored compressed, so that its length says nothing of its content.</summary>
    public bool IsCompressed => isCompressed;

    /// <summary>The content, for whoever reads its beginning; <see cref="TryRead"/> goes on from any place afterwards.</summary>
    public T ReadStart<T>(Func<Stream, T> read)
    {
        Rewind();
        try
        {
            return read(stream);
        }
        catch (InvalidDataException exception)
        {
            throw new FixtureException(path, null, $"cannot read it: {FileProblem.Describe(exception)}", exception);
        }
        finally
        {
            Rewind();
        }
    }

    /// <summary>Reads bytes from a position.</summary>
    /// <returns>Whether all were there.</returns>
    public bool TryRead(long offset, Span<byte> bytes)
    {
        try
        {
            MoveTo(offset);
            int read = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            position += read;
            return read == bytes.Length;
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException)
        {
            throw new FixtureException(path, null, $"cannot read it: {FileProblem.Describe(exception)}", exception);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => stream.Dispose();

    private static FileStream OpenPlain(string path)
    {
        try
        {
            return InputFile.Open(path, long.MaxValue);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new FixtureException(path, null, $"cannot read it: {FileProblem.Describe(exception)}", exception);
        }
    }

    private void Rewind()
    {
        position = 0;
        if (isCompressed)
        {
            stream.Dispose();
            stream = new GZipStream(OpenPlain(path), CompressionMode.Decompress);
        }
        else
        {
            stream.Position = 0;
        }
    }

    private void MoveTo(long offset)
    {
        if (!isCompressed)
        {
            stream.Position = offset;
            position = offset;
            return;
        }

        if (offset < position)
        {
            Rewind();
        }

        byte[] piece = new byte[(int)Math.Min(PieceBytes, offset - position)];
        while (position < offset)
        {
            int read = stream.Read(piece, 0, (int)Math.Min(piece.Length, offset - position));
            if (read == 0)
            {
                return;
            }

            position += read;
        }
    }
}
