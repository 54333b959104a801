using System.CommandLine;
using System.Globalization;
using TileProof.Verification;
using TileProof.Verification.InputData;
using TileProof.Verification.Options;

namespace TileProof.Cli.Commands;

/// <summary>The options that put files of the user in place of the seeded images.</summary>
/// <param name="needsLabels">Whether the command measures against classes.</param>
internal sealed class InputDataOption(bool needsLabels = false)
{
    private const int MostExtents = 3;

    private readonly Option<string> path = new("--input-data") { HelpName = "path", Description = "Your own input: .npy, .bin, .csv, IDX (also .gz), .png, .jpg, .bmp, or a folder of them." };
    private readonly Option<string> labels = new("--labels") { HelpName = "file", Description = "Classes of the images: CSV (class, or file name and class) or IDX. Default: names of their folders." };
    private readonly Option<string> mean = new("--mean") { HelpName = "numbers", Description = "Subtracted from the input: one number, or one a channel. Bytes are x / 255 before. Default: 0." };
    private readonly Option<string> deviation = new("--std") { HelpName = "numbers", Description = "Divides the input afterwards: one number, or one a channel. Default: 1." };
    private readonly Option<string> resize = new("--resize") { HelpName = "rule", Description = $"What happens to images of another size: {List<ResizeRule>()}. Default: none (refused)." };
    private readonly Option<string> layout = new("--layout") { HelpName = "name", Description = $"Order of extents in .npy, .bin and .csv: {List<DataLayout>()}. Default: nchw." };
    private readonly Option<string> numberType = new("--data-type") { HelpName = "name", Description = $"Numbers of .bin files: {List<NumberType>()}. Default: f32." };
    private readonly Option<string> shape = new("--data-shape") { HelpName = "extents", Description = "Extents of one image in .bin files, such as 3x64x64. Default: those of the network." };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(path);
        foreach (Option<string> option in Dependent)
        {
            command.Options.Add(option);
        }
    }

    private IEnumerable<Option<string>> Dependent => [.. needsLabels ? (IEnumerable<Option<string>>)[labels] : [], mean, deviation, resize, layout, numberType, shape];

    /// <summary>What was given; null without <c>--input-data</c>.</summary>
    /// <exception cref="UserInputException">A value is not understood, or an option has no effect.</exception>
    public InputDataOptions? Given(ParseResult parsed)
    {
        if (parsed.GetValue(path) is not { } given)
        {
            return Dependent.FirstOrDefault(option => parsed.GetValue(option) is not null) is { } idle
                ? throw new UserInputException($"{idle.Name} has no effect without --input-data; leave it out")
                : null;
        }

        return new InputDataOptions
        {
            Path = given,
            Labels = needsLabels ? parsed.GetValue(labels) : null,
            Mean = parsed.GetValue(mean) is { } means ? ParseNumbers("--mean", means) : [0f],
            Deviation = parsed.GetValue(deviation) is { } deviations ? ParseNumbers("--std", deviations) : [1f],
            Resize = parsed.GetValue(resize) is { } rule ? ChoiceList.ParseOne<ResizeRule>("resize rule", rule) : ResizeRule.None,
            Layout = parsed.GetValue(layout) is { } order ? ChoiceList.ParseOne<DataLayout>("layout", order) : DataLayout.Nchw,
            NumberType = parsed.GetValue(numberType) is { } type ? ChoiceList.ParseOne<NumberType>("data type", type) : NumberType.F32,
            Shape = parsed.GetValue(shape) is { } extents ? ParseShape(extents) : null,
        };
    }

    private static float[] ParseNumbers(string option, string text) =>
        [.. text.Split(',', StringSplitOptions.TrimEntries).Select(number => float.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out float value)
            ? value
            : throw new UserInputException($"{option} '{text}' is not understood; give one number, or one a channel separated by commas"))];

    private static int[] ParseShape(string text)
    {
        string[] parts = text.Split('x', 'X');
        int[] extents = [.. parts.Select(static part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int extent) ? extent : 0)];
        return extents.Length is MostExtents or MostExtents - 1 && Array.TrueForAll(extents, static extent => extent is > 0 and <= VerifyOptions.MaximumInputExtent * VerifyOptions.MaximumBatch)
            ? extents
            : throw new UserInputException($"--data-shape '{text}' is not understood; give the extents of one image, such as 3x64x64 or 64x64");
    }

    private static string List<TEnum>()
        where TEnum : struct, Enum => string.Join(", ", Enum.GetValues<TEnum>().Select(ChoiceList.NameOf));
}
