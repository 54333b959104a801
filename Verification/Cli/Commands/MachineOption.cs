using System.CommandLine;
using TileProof.Verification.Machines;
using TileProof.Verification.Options;

namespace TileProof.Cli.Commands;

/// <summary><c>--machine</c>, and what it means for <c>--banks</c> beside it.</summary>
internal sealed class MachineOption
{
    private readonly Option<string> machine = new("--machine")
    {
        HelpName = "machine",
        Description = $"The machine: {string.Join(", ", DescribedMachine.Presets)}, or a .json file (see tileproof machine). Default: {DescribedMachine.Published}.",
    };

    /// <summary>The option, to be listed in a command.</summary>
    public Option<string> Option => machine;

    /// <summary>The machine named; null for none.</summary>
    public DescribedMachine? Given(ParseResult parsed) => parsed.GetValue(machine) is { } name ? MachineFile.Find(name) : null;

    /// <summary>The bank settings named; of another machine than the published one its own where none is named.</summary>
    public IReadOnlyList<BankSetting> Banks(ParseResult parsed, Option<string> banks, IReadOnlyList<BankSetting> whenAbsent)
    {
        DescribedMachine on = Given(parsed) ?? DescribedMachine.Published;
        return parsed.GetValue(banks) is { } sizes ? BankSetting.ParseList(sizes, on) : on == DescribedMachine.Published ? whenAbsent : BankSetting.DefaultsOf(on);
    }

    /// <summary>The one bank setting named; of another machine than the published one its own banks where none is named.</summary>
    public BankSetting Bank(ParseResult parsed, Option<string> banks, BankSetting whenAbsent)
    {
        DescribedMachine on = Given(parsed) ?? DescribedMachine.Published;
        return parsed.GetValue(banks) is { } size ? BankSetting.Parse(size, on) : on == DescribedMachine.Published ? whenAbsent : BankSetting.DefaultsOf(on)[0];
    }
}
