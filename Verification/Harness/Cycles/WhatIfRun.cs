using System.Globalization;
using TileProof.HwModel.Timing;
using TileProof.Operators;
using TileProof.Verification.Options;

namespace TileProof.Verification.Cycles;

/// <summary><c>tileproof whatif</c>: the cycles of networks under named changes, alone and combined.</summary>
public static class WhatIfRun
{
    /// <summary>Runs the command.</summary>
    /// <param name="options">What to recompute.</param>
    /// <param name="output">Receives a table a network and bank setting.</param>
    /// <param name="cancellation">Stops between tables.</param>
    /// <returns>An exit code of <see cref="ExitCode"/>.</returns>
    /// <exception cref="UserInputException">A setting has no banks.</exception>
    public static int Execute(WhatIfOptions options, TextWriter output, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(output);
        if (options.Banks.Any(static bank => bank.CacheOnly))
        {
            throw new UserInputException("what-if changes tiled programs; '--banks cache' has none");
        }

        foreach (string name in options.Networks)
        {
            Network network = NetworkSource.Load(name, new VerifyOptions()).Network;
            foreach (BankSetting bank in options.Banks)
            {
                cancellation.ThrowIfCancellationRequested();
                WriteTable(output, network, bank, options.Mode);
            }
        }

        return ExitCode.Proven;
    }

    private static void WriteTable(TextWriter output, Network network, BankSetting bank, MachineMode mode)
    {
        var whatIf = new WhatIf(network, bank.Configuration, mode, bank.Coefficients);
        IReadOnlyList<WhatIfResult> alone = whatIf.RankAlone();
        IReadOnlyList<WhatIfResult> combined = whatIf.Accumulate([.. alone.Select(static result => result.Changes[0])]);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{network.Name}, banks {bank}, {ChoiceList.NameOf(mode)}: {alone[0].BaselineCycles:N0} cycles{bank.Machine.CycleRemark}"));
        output.WriteLine($"  {"change",-22}{"alone",14}{"saved",9}{"with those above",18}{"saved",9}  meaning");
        foreach ((WhatIfResult one, WhatIfResult together) in alone.Zip(combined))
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"  {one.Changes[0].Name,-22}{one.ChangedCycles,14:N0}{SavedPercent(one),7:F1} %{together.ChangedCycles,18:N0}{SavedPercent(together),7:F1} %  {one.Changes[0].Description}"));
        }
    }

    private static double SavedPercent(WhatIfResult result) => 100 * result.SavedCycles / result.BaselineCycles;
}
