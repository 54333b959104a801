using System.Security.Cryptography;
using System.Text;
using TileProof.Golden.Import;
using TileProof.HwModel.Device;
using TileProof.HwModel.Programs;
using TileProof.Operators.Calls;
using TileProof.Verification.Device;
using TileProof.Verification.Files;
using TileProof.Verification.Options;

namespace TileProof.Verification.Fuzzing;

/// <summary>A program in C that fuzz cases are also run with.</summary>
/// <param name="File">Its description, as the user named it.</param>
/// <param name="Name">What findings call it.</param>
/// <param name="Library">The library whose built-in programs it is another writing of; <see cref="Own"/> for none.</param>
/// <param name="Operators">The names of the operators that it has entries for, separated by spaces.</param>
/// <param name="Hash">A hash of its description, sources and headers.</param>
public sealed record FuzzProgram(string File, string Name, string Library, string Operators, string Hash)
{
    /// <summary>Stands for the library of a program of its own, which has to be right by itself.</summary>
    public const string Own = "own";

    private const int MaximumSourceBytes = 16 * 1024 * 1024;

    private static readonly OperatorKind[] Kinds =
    [
        OperatorKind.Conv2d, OperatorKind.MaxPool2d, OperatorKind.Mean, OperatorKind.QuantizePerTensor, OperatorKind.DequantizePerTensor, OperatorKind.QuantizedRelu, OperatorKind.QuantizedLinear,
        OperatorKind.Add, OperatorKind.Softmax,
    ];

    /// <summary>What programs of all libraries may reach.</summary>
    internal static IEnumerable<string> AllPoints => ProgramLibrary.All.Select(static library => library.Name).Append(Own).SelectMany(static library => Kinds.Select(kind => PointOf(library, kind)));

    /// <summary>What this one may reach: each of its operators.</summary>
    internal IReadOnlyList<string> Points { get; } = [.. Operators.Split(' ').Select(name => $"{Library} {name}")];

    /// <summary>What identifies it, wherever its files lie.</summary>
    internal string Key => $"{Library}: {Operators}: {Hash}";

    /// <summary>Reads the description of a program, and the files that it names.</summary>
    /// <exception cref="UserInputException">It is not understood, or a campaign cannot run it.</exception>
    public static FuzzProgram Read(string path)
    {
        DeviceProgram program = DeviceProgramFile.Read(path);
        if (program.Driver != DeviceDriver.TileProof || program.LayerTableFile is not null)
        {
            throw new UserInputException($"{path}: a fuzz campaign runs programs whose driver is TileProof's and whose layer table comes with the call; leave out 'driver' and 'layerTable'");
        }

        return new FuzzProgram(
            path, program.Name, program.Library ?? Own, string.Join(' ', program.Entries.Keys.Order().Select(ChoiceList.NameOf)), HashOf(path, program));
    }

    /// <summary>Reads several; each library is there once.</summary>
    /// <exception cref="UserInputException">See <see cref="Read"/>; or two are of one library.</exception>
    public static IReadOnlyList<FuzzProgram> ReadAll(IEnumerable<string> paths)
    {
        FuzzProgram[] programs = [.. paths.Select(Read)];
        return programs.GroupBy(static program => program.Library).FirstOrDefault(static same => same.Count() > 1) is { } twice
            ? throw new UserInputException($"'{twice.First().File}' and '{twice.ElementAt(1).File}' are both programs of library '{twice.Key}'; a campaign runs one a library")
            : programs;
    }

    /// <summary>The point of an operator of a library.</summary>
    internal static string PointOf(string library, OperatorKind kind) => $"{library} {ChoiceList.NameOf(kind)}";

    private static string HashOf(string path, DeviceProgram program)
    {
        try
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            foreach (string file in program.Sources.Prepend(path).Concat(program.IncludeFolders.SelectMany(static folder => Directory.EnumerateFiles(folder, "*.h").Order(StringComparer.Ordinal))))
            {
                hash.AppendData(Encoding.UTF8.GetBytes($"{Path.GetFileName(file)}\n{InputFile.ReadText(file, MaximumSourceBytes)}\0"));
            }

            return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UserInputException($"{path}: {FileProblem.Describe(exception)}", exception);
        }
    }
}
