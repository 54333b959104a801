using System.Globalization;
using System.Text.RegularExpressions;
using TileProof.Golden.Import;
using TileProof.Verification.Files;
using TileProof.Verification.Vectors;

namespace TileProof.Verification.DeviceLog;

/// <summary>What a device or simulator printed: cycles, layer dumps and the output tensor. Other lines are passed over.</summary>
/// <remarks>
/// A tensor is printed as <c>tensor(sizes=[1, 1000], [v0, v1, ...])</c> over one or several lines, behind <c>Output 0:</c> or <c>Input 0:</c> or nothing, which
/// is an output; of those of one name the last counts. Of an input the first elements are enough, with <c>...</c> behind them.
/// A line that starts like a PERF_LOG or LAYER_DUMP line but cannot be read is an error.
/// </remarks>
public sealed partial class DeviceLogFile
{
    private const string PerformanceMark = "PERF_LOG :";
    private const string DumpMark = "LAYER_DUMP :";
    private const string TensorMark = "tensor(sizes=[";
    private const string OutputPlace = "output tensor";
    private const string InputPlace = "input tensor";
    private const string Elision = "...";

    /// <summary>Longer lines are no prints of a kernel.</summary>
    private const int LongestPrint = 4096;
    private const int MaximumBytes = 256 * 1024 * 1024;

    /// <summary>A quarter of an hour at 1 GHz; sums of as many lines as a log can have stay far inside 64 bits.</summary>
    private const long MaximumCycles = 1_000_000_000_000;

    private DeviceLogFile(
        string path, IReadOnlyList<PerformanceLine> performance, IReadOnlyList<LayerDumpLine> dumps, IReadOnlyList<PrintedTensor> outputs, PrintedTensor? input)
    {
        Path = path;
        Performance = performance;
        Dumps = dumps;
        Outputs = outputs;
        Input = input;
    }

    /// <summary>The file as the user named it.</summary>
    public string Path { get; }

    /// <summary>The PERF_LOG lines in their order.</summary>
    public IReadOnlyList<PerformanceLine> Performance { get; }

    /// <summary>The LAYER_DUMP lines in their order.</summary>
    public IReadOnlyList<LayerDumpLine> Dumps { get; }

    /// <summary>The printed output tensors in the order of their numbers.</summary>
    public IReadOnlyList<PrintedTensor> Outputs { get; }

    /// <summary>The only printed output tensor, or the last of several; null when there is none.</summary>
    public PrintedTensor? Output => Outputs.Count == 0 ? null : Outputs[^1];

    /// <summary>Refuses a log that has nothing to compare.</summary>
    /// <exception cref="FixtureException">It has none of the lines.</exception>
    public void RequireContent()
    {
        if (Output is null && Dumps.Count == 0 && Performance.Count == 0)
        {
            throw new FixtureException(Path, null, "has no PERF_LOG line, no LAYER_DUMP line and no output tensor");
        }
    }

    /// <summary>The first elements of the input; null when they are not printed.</summary>
    public PrintedTensor? Input { get; }

    /// <summary>Reads a log.</summary>
    /// <exception cref="UserInputException">The name is empty.</exception>
    /// <exception cref="FixtureException">The file cannot be read, or a line of a known kind is not in its form.</exception>
    public static DeviceLogFile Read(string path)
    {
        if (string.IsNullOrWhiteSpace(path))
        {
            throw new UserInputException("the name of a log is empty; give a file");
        }

        try
        {
            using var reader = new StreamReader(InputFile.Open(path, MaximumBytes));
            return Parse(path, reader.ReadToEnd());
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            throw new FixtureException(path, null, $"cannot be read: {FileProblem.Describe(exception)}", exception);
        }
    }

    /// <summary>Reads the text of a log.</summary>
    /// <exception cref="FixtureException">A line of a known kind is not in its form.</exception>
    public static DeviceLogFile Parse(string path, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var performance = new List<PerformanceLine>();
        var dumps = new List<LayerDumpLine>();
        int number = 0;
        TimedPrints? prints = null;
        foreach (ReadOnlySpan<char> span in text.AsSpan().EnumerateLines())
        {
            number++;
            if (span.IndexOf(PerformanceMark) is >= 0 and int performanceStart)
            {
                performance.Add(ParsePerformance(path, number, span[performanceStart..].ToString()) with { Prints = prints });
                prints = null;
            }
            else if (span.IndexOf(DumpMark) is >= 0 and int dumpStart)
            {
                dumps.Add(ParseDump(path, number, span[dumpStart..].ToString()));
            }
            else if (span.Length is > 0 and <= LongestPrint && !span.Contains(TensorMark, StringComparison.Ordinal) && span.ToString() is var line && TimedPrints.Is(line))
            {
                prints = TimedPrints.Append(prints, number, line);
            }
        }

        (IReadOnlyList<PrintedTensor> outputs, PrintedTensor? input) = ParseTensors(path, text);
        return new DeviceLogFile(path, performance, dumps, outputs, input);
    }

    private static PerformanceLine ParsePerformance(string path, int number, string line)
    {
        Match match = PerformancePattern().Match(line);
        if (!match.Success
            || !long.TryParse(match.Groups["count"].Value, CultureInfo.InvariantCulture, out long count)
            || !long.TryParse(match.Groups["cycles"].Value, CultureInfo.InvariantCulture, out long cycles))
        {
            throw new FixtureException(path, $"line {number}", "is not 'PERF_LOG : test : count : unit : cycles : cycles : ...'");
        }

        return cycles <= MaximumCycles
            ? new PerformanceLine(number, match.Groups["name"].Value, count, match.Groups["unit"].Value, cycles)
            : throw new FixtureException(path, $"line {number}", string.Create(CultureInfo.InvariantCulture, $"states {cycles} cycles, expected at most {MaximumCycles}"));
    }

    private static LayerDumpLine ParseDump(string path, int number, string line)
    {
        Match match = DumpPattern().Match(line);
        if (match.Success
            && long.TryParse(match.Groups["count"].Value, CultureInfo.InvariantCulture, out long count)
            && int.TryParse(match.Groups["type"].Value, CultureInfo.InvariantCulture, out int type)
            && PrintedTensor.TryParse(match.Groups["sum"].Value, out double sum)
            && PrintedTensor.TryParse(match.Groups["min"].Value, out double minimum)
            && PrintedTensor.TryParse(match.Groups["max"].Value, out double maximum))
        {
            double[] first = [.. SplitItems(match.Groups["first"].Value)
                .Select(text => PrintedTensor.TryParse(text, out double value) ? value : throw new FixtureException(path, $"line {number}", $"'{text}' is not a number"))];
            return new LayerDumpLine(number, match.Groups["name"].Value, count, type, first, sum, minimum, maximum);
        }

        throw new FixtureException(path, $"line {number}", "is not 'LAYER_DUMP : op : numel : dtype=d : first=[...] : sum=s : min=lo : max=hi'");
    }

    private static (IReadOnlyList<PrintedTensor> Outputs, PrintedTensor? Input) ParseTensors(string path, string text)
    {
        var outputs = new SortedDictionary<int, PrintedTensor>();
        PrintedTensor? input = null;
        for (int start = text.IndexOf(TensorMark, StringComparison.Ordinal); start >= 0; start = text.IndexOf(TensorMark, start + 1, StringComparison.Ordinal))
        {
            int lineStart = text.LastIndexOf('\n', start) + 1;
            Match label = TensorLabel().Match(text[lineStart..start]);
            int number = label.Groups["number"] is { Success: true, Value: var digits } && int.TryParse(digits, CultureInfo.InvariantCulture, out int given) ? given : 0;
            if (label.Success && label.Groups["kind"].Value.Equals("input", StringComparison.OrdinalIgnoreCase))
            {
                input = number == 0 ? ParseTensor(path, InputPlace, text, start) : input;
            }
            else
            {
                outputs[number] = ParseTensor(path, OutputPlace, text, start);
            }
        }

        return ([.. outputs.Values], input);
    }

    private static PrintedTensor ParseTensor(string path, string place, string text, int start)
    {
        int open = text.IndexOf("], [", start, StringComparison.Ordinal);
        int close = open < 0 ? -1 : text.IndexOf("])", open, StringComparison.Ordinal);
        if (close < 0)
        {
            throw new FixtureException(path, place, "has no end, expected 'tensor(sizes=[...], [...])'");
        }

        string[] items = SplitItems(text[(open + "], [".Length)..close]);
        bool isPart = place == InputPlace;
        PrintedTensor tensor;
        try
        {
            tensor = PrintedTensor.Parse(isPart ? [.. items.TakeWhile(static item => item != Elision)] : items);
        }
        catch (FormatException exception)
        {
            throw new FixtureException(path, place, exception.Message, exception);
        }

        string sizes = text[(start + TensorMark.Length)..open];
        double stated = 1;
        foreach (string size in SplitItems(sizes))
        {
            stated *= int.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out int extent)
                ? extent
                : throw new FixtureException(path, place, "has sizes that are no whole numbers");
        }

        return stated == tensor.Elements.Count || (isPart && stated > tensor.Elements.Count)
            ? tensor
            : throw new FixtureException(path, place, string.Create(CultureInfo.InvariantCulture, $"states the sizes [{sizes}] and has {tensor.Elements.Count} elements"));
    }

    private static string[] SplitItems(string text) => text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    [GeneratedRegex(@"\b(?<kind>input|output)\s*#?(?<number>\d{1,4})?\s*[:=]?\s*$", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex TensorLabel();

    [GeneratedRegex(@"^PERF_LOG : (?<name>.+?) : (?<count>\d{1,18}) : (?<unit>.+?) : (?<cycles>\d{1,18}) : cycles\b", RegexOptions.CultureInvariant)]
    private static partial Regex PerformancePattern();

    [GeneratedRegex(
        @"^LAYER_DUMP : (?<name>.+?) : (?<count>\d{1,18}) : dtype=(?<type>\d+) : first=\[(?<first>[^\]]*)\] : sum=(?<sum>\S+) : min=(?<min>\S+) : max=(?<max>\S+)",
        RegexOptions.CultureInvariant)]
    private static partial Regex DumpPattern();
}
