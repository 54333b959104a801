using TileProof.Tests.Support;
using TileProof.Verification;
using TileProof.Verification.Sharding;

namespace TileProof.Tests.Sharding;

/// <summary>The file of results after every way in which a process or a disk can end.</summary>
public sealed class ResultJournalTests : IDisposable
{
    private static readonly (string Key, string Text)[] Results = [("case a 1", "{\"x\":1}"), ("case ü 2", ""), ("network b", new string('é', 3000)), ("last", "0")];

    private readonly TemporaryFolder folder = new();

    private string FilePath => folder["results.txt"];

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Read_WhatWasAppended_InItsOrder()
    {
        Write(Results);
        Assert.Equal(Results.Select(static result => KeyValuePair.Create(result.Key, result.Text)), ResultJournal.Read(FilePath));
    }

    /// <summary>Killed after any number of bytes: whole lines count, the next process goes on behind them, and the file is as if nothing had happened.</summary>
    [Fact]
    public void Open_CutAnywhere_KeepsWholeLinesAndGoesOn()
    {
        Write(Results);
        byte[] whole = File.ReadAllBytes(FilePath);
        int[] ends = [.. Enumerable.Range(0, whole.Length).Where(at => whole[at] == '\n').Select(static at => at + 1)];
        Assert.Equal(Results.Length, ends.Length);
        int[] lengths = [.. Enumerable.Range(0, 120), .. ends.SelectMany(static end => new[] { end - 1, end }), whole.Length - 3];
        foreach (int length in lengths.Where(length => length <= whole.Length))
        {
            File.WriteAllBytes(FilePath, whole[..length]);
            int kept = ends.Count(end => end <= length);
            using (var journal = ResultJournal.Open(FilePath))
            {
                Assert.Equal(Results.Select((_, index) => index < kept), Results.Select(result => journal.Contains(result.Key)));
                foreach ((string key, string text) in Results.Skip(kept))
                {
                    journal.Append(key, text);
                }
            }

            Assert.Equal(whole, File.ReadAllBytes(FilePath));
        }
    }

    /// <summary>A wrong byte in the first, a middle and the last line: what stands before it counts.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void Read_DamagedLine_EndsBeforeIt(int line)
    {
        Write(Results);
        byte[] bytes = File.ReadAllBytes(FilePath);
        int start = line == 0 ? 0 : Enumerable.Range(0, bytes.Length).Where(at => bytes[at] == '\n').ElementAt(line - 1) + 1;
        foreach (int at in (int[])[start, start + 17, start + 20])
        {
            byte[] damaged = [.. bytes];
            damaged[at] ^= 1;
            File.WriteAllBytes(FilePath, damaged);
            Assert.Equal(line, ResultJournal.Read(FilePath).Count);
        }
    }

    [SkippableFact]
    public void Open_WhileAnotherWrites_IsRefused()
    {
        Skip.If(OperatingSystem.IsWindows(), "files are shared otherwise");
        using var first = ResultJournal.Open(FilePath);
        first.Append("a", "1");
        string message = Assert.Throws<UserInputException>(() => ResultJournal.Open(FilePath)).Message;
        Assert.EndsWith("where another process runs this shard, wait for it", message, StringComparison.Ordinal);
        first.Append("b", "2");
        first.Dispose();
        Assert.Equal(2, ResultJournal.Read(FilePath).Count);
    }

    [Fact]
    public void Append_MoreThanOneLine_IsMisuse()
    {
        using var journal = ResultJournal.Open(FilePath);
        Assert.Throws<ArgumentException>(() => journal.Append("a\tb", "x"));
        Assert.Throws<ArgumentException>(() => journal.Append("a", "x\ny"));
    }

    /// <summary>A device that takes nothing stands for a full disk: one line, and the process may end.</summary>
    [SkippableFact]
    public void Open_NoRegularFile_IsRefused()
    {
        Skip.IfNot(File.Exists("/dev/full"), "there is no /dev/full");
        Assert.Contains("it is no regular file", Assert.Throws<UserInputException>(() => ResultJournal.Open("/dev/full")).Message, StringComparison.Ordinal);
    }

    private void Write((string Key, string Text)[] results)
    {
        using var journal = ResultJournal.Open(FilePath);
        foreach ((string key, string text) in results)
        {
            journal.Append(key, text);
        }

        journal.Flush();
    }
}
