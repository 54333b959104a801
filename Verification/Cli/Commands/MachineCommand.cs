using System.CommandLine;
using TileProof.HwModel.Timing;
using TileProof.Verification;
using TileProof.Verification.Files;
using TileProof.Verification.Machines;
using TileProof.Verification.Options;

namespace TileProof.Cli.Commands;

/// <summary><c>tileproof machine</c>: files that describe a machine.</summary>
public static class MachineCommand
{
    /// <summary>Makes the command.</summary>
    /// <param name="context">What the command may use of its process.</param>
    public static Command Create(CommandContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return new Command("machine", "Describe the machine that plans are made for and programs run on.") { CreateInit(context), CreateShow(context) };
    }

    private static Command CreateInit(CommandContext context)
    {
        var file = new Option<string>("--out", "-o") { HelpName = "file", Description = "The file. Default: machine.json." };
        var command = new Command("init", "Write a commented file of the published machine, to be changed.") { file };
        HelpWithExamples.AddTo(command, [("tileproof machine init -o mine.json", "every field with its meaning, unit and range")]);
        command.SetAction(parsed =>
        {
            string path = parsed.GetValue(file) ?? "machine.json";
            if (File.Exists(path))
            {
                throw new UserInputException($"'{path}' is there already; name another with -o, or delete it");
            }

            AtomicFile.WriteText(path, MachineFile.Write(DescribedMachine.Published with { Name = "mine" }));
            context.Output.WriteLine($"{path}: change what differs, then name it with --machine {path}");
            return ExitCode.Proven;
        });
        return command;
    }

    private static Command CreateShow(CommandContext context)
    {
        var machine = new Argument<string>("machine") { Description = $"A machine: {string.Join(", ", DescribedMachine.Presets)}, or a .json file." };
        var command = new Command("show", "Show every field of a machine.") { machine };
        HelpWithExamples.AddTo(command, [("tileproof machine show wide-one-bank", "the preset with 1024-bit vectors and one bank"), ("tileproof machine show mine.json", "a file of your own, with what it leaves out")]);
        command.SetAction(parsed =>
        {
            DescribedMachine shown = MachineFile.Find(parsed.GetValue(machine)!);
            context.Output.Write(MachineFile.Write(shown));
            string[] bases = [.. Enum.GetValues<MachineMode>().Select(mode => $"{shown.CycleBasisIn(mode)} ({ChoiceList.NameOf(mode)})")];
            bool isOne = Enum.GetValues<MachineMode>().Select(shown.CycleBasisIn).Distinct(StringComparer.Ordinal).Count() == 1;
            context.Error.WriteLine($"{shown.Name}: cycles are {(isOne ? shown.CycleBasisIn(default) : string.Join(", ", bases))}");
            return ExitCode.Proven;
        });
        return command;
    }
}
