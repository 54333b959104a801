using TileProof.Cli;

namespace TileProof.Tests.Cli;

/// <summary>Streams of the console that are closed, full, or break while they are used.</summary>
public sealed class ConsoleWriterTests
{
    public static TheoryData<Action<TextWriter>> Writes => new()
    {
        static writer => writer.Write('x'),
        static writer => writer.Write("text"),
        static writer => writer.Write("chars".ToCharArray(), 1, 2),
        static writer => writer.WriteLine("line"),
        static writer => writer.WriteLine(),
        static writer => writer.Write($"{1} of {2}"),
        static writer => writer.Flush(),
    };

    [Theory]
    [MemberData(nameof(Writes))]
    public void Write_AnyForm_ReachesTheStreamOrEndsTheRunOrIsDropped(Action<TextWriter> write)
    {
        using var expected = new StringWriter();
        using var actual = new StringWriter();
        write(expected);
        using var open = new ConsoleWriter(actual, isRequired: true);
        write(open);
        Assert.Equal(expected.ToString(), actual.ToString());
        foreach (TextWriter? stream in new TextWriter?[] { null, new BrokenWriter(new IOException("No space left")), new BrokenWriter(new UnauthorizedAccessException()) })
        {
            using var required = new ConsoleWriter(stream, isRequired: true);
            using var optional = new ConsoleWriter(stream, isRequired: false);
            Assert.Throws<ConsoleClosedException>(() => write(required));
            write(optional);
        }
    }

    [Fact]
    public void Write_ToAFullDevice_SaysWhy()
    {
        using var writer = new ConsoleWriter(new BrokenWriter(new IOException("No space left")), isRequired: true);
        Assert.Equal(
            "cannot write results to the standard output: No space left; give it a file, a pipe or a terminal",
            Assert.Throws<ConsoleClosedException>(() => writer.WriteLine("x")).Message);
    }

    [Fact]
    public void WriteLastLine_OtherThreadsGoOn_IsTheLastLine()
    {
        using var stream = new StringWriter();
        using var writer = new ConsoleWriter(stream, isRequired: false);
        using var isWriting = new ManualResetEventSlim();
        var other = new Thread(() =>
        {
            for (int i = 0; i < 20_000; i++)
            {
                writer.WriteLine("progress");
                isWriting.Set();
            }
        });
        other.Start();
        isWriting.Wait();
        writer.WriteLastLine("stopped");
        other.Join();
        writer.WriteLastLine("stopped");
        writer.Write('x');
        string[] lines = stream.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("stopped", lines[^1]);
        Assert.Single(lines, "stopped");
        Assert.All(lines[..^1], static line => Assert.Equal("progress", line));
    }

    private sealed class BrokenWriter(Exception failure) : StringWriter
    {
        public override void Write(char value) => throw failure;

        public override void Write(string? value) => throw failure;

        public override void Write(char[] buffer, int index, int count) => throw failure;

        public override void WriteLine(string? value) => throw failure;

        public override void Flush() => throw failure;
    }
}
