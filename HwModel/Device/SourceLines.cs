using System.Globalization;
using System.Text;

namespace TileProof.HwModel.Device;

/// <summary>Finds the lines of return addresses, with inlined callers: one question to <c>addr2line</c> for all that are new.</summary>
/// <remarks>Answers are kept beside the executable: a line <c>address, line, function, file</c> a frame; an address without frames has line 0.</remarks>
internal sealed class SourceLines
{
    private readonly Lock gate = new();
    private readonly string executable;
    private readonly Dictionary<uint, SourceFrame[]> known;

    public SourceLines(string executable)
    {
        this.executable = executable;
        known = ReadKept();
    }

    private string KeptFile => executable + ".lines";

    public IReadOnlyList<SourceOrigin?> Resolve(IReadOnlyList<uint[]> stacks)
    {
        lock (gate)
        {
            Ask([.. stacks.SelectMany(static stack => stack).Distinct().Where(pc => !known.ContainsKey(pc))]);
            return [.. stacks.Select(Origin)];
        }
    }

    private SourceOrigin? Origin(uint[] stack)
    {
        SourceFrame[] frames = [.. stack.SelectMany(pc => known[pc])];
        return frames.Length == 0 ? null : new SourceOrigin(frames);
    }

    private void Ask(uint[] addresses)
    {
        if (addresses.Length == 0)
        {
            return;
        }

        var input = new StringBuilder();
        foreach (uint address in addresses)
        {
            // A return address is behind its call.
            input.Append(CultureInfo.InvariantCulture, $"{address - 1:x}\n");
        }

        CommandResult? answer = Command.Run("addr2line", ["-e", executable, "-a", "-f", "-i"], input.ToString())
            ?? Command.Run("llvm-symbolizer", ["--obj=" + executable, "--output-style=GNU", "-a", "-f", "-i"], input.ToString());
        int index = -1;
        var frames = new List<SourceFrame>();
        string function = "";
        foreach (string line in (answer?.Output ?? "").Split('\n'))
        {
            if (line.StartsWith("0x", StringComparison.Ordinal))
            {
                Close();
                index++;
                function = "";
            }
            else if (function.Length == 0)
            {
                function = line;
            }
            else
            {
                if (Frame(function, line) is { } frame)
                {
                    frames.Add(frame);
                }

                function = "";
            }
        }

        Close();
        foreach (uint address in addresses)
        {
            known.TryAdd(address, []);
        }

        Keep();

        void Close()
        {
            if (index >= 0 && index < addresses.Length)
            {
                known[addresses[index]] = [.. frames];
            }

            frames.Clear();
        }
    }

    private Dictionary<uint, SourceFrame[]> ReadKept()
    {
        try
        {
            return File.ReadLines(KeptFile)
                .Select(static line => line.Split('\t', 4))
                .GroupBy(static fields => uint.Parse(fields[0], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture))
                .ToDictionary(
                    static address => address.Key,
                    static address => (SourceFrame[])[.. address.Where(static fields => fields[1] != "0").Select(static fields => new SourceFrame(fields[3], int.Parse(fields[1], CultureInfo.InvariantCulture), fields[2]))]);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or FormatException or OverflowException or IndexOutOfRangeException)
        {
            return [];
        }
    }

    private void Keep()
    {
        var text = new StringBuilder();
        foreach ((uint address, SourceFrame[] frames) in known)
        {
            foreach (SourceFrame frame in frames)
            {
                text.Append(CultureInfo.InvariantCulture, $"{address:x}\t{frame.Line}\t{frame.Function}\t{frame.File}\n");
            }

            text.Append(frames.Length > 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{address:x}\t0\t\t\n"));
        }

        string work = $"{KeptFile}.{Path.GetRandomFileName()}";
        try
        {
            File.WriteAllText(work, text.ToString());
            File.Move(work, KeptFile, overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The next run asks again.
        }
    }

    private static SourceFrame? Frame(string function, string place)
    {
        int colon = place.LastIndexOf(':');
        string number = colon < 0 ? "" : place[(colon + 1)..].Split(' ')[0];
        if (!int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int line) || line == 0 || place.StartsWith('?'))
        {
            return null;
        }

        string file = Path.GetFullPath(place[..colon]);
        return Path.GetFileName(file) == EntrySource.FileName || file.Contains($"native-{NativeFiles.Hash}", StringComparison.Ordinal) || !File.Exists(file)
            ? null
            : new SourceFrame(file, line, function);
    }
}
