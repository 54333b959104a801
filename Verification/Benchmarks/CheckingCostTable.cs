using System.Globalization;
using Spectre.Console;
using TileProof.HwModel.Machine;
using TileProof.Verification.Hazards;

namespace TileProof.Benchmarks;

/// <summary>What the hazard rules cost beside the simulation without them: every distinct convolution of ResNet-18, least time of many rounds.</summary>
internal static class CheckingCostTable
{
    private const int Rounds = 100;
    private static readonly int[] BankBytes = [4096, 8192, 16384, 32768, 62976];

    /// <summary>Measures and prints.</summary>
    public static void Print()
    {
        var table = new Table { Border = TableBorder.Ascii };
        table.AddColumn("bank bytes").AddColumn("simulation, ms").AddColumn("with rules, ms").AddColumn("cost");
        foreach (int bankBytes in BankBytes)
        {
            Measure(bankBytes); // The first rounds run code that is not optimized yet.
        }

        var total = new CheckingCost(TimeSpan.Zero, TimeSpan.Zero);
        foreach (int bankBytes in BankBytes)
        {
            CheckingCost cost = Measure(bankBytes);
            total = new CheckingCost(total.Plain + cost.Plain, total.Checked + cost.Checked);
            AddRow(table, bankBytes.ToString(CultureInfo.InvariantCulture), cost);
        }

        AddRow(table, "all", total);
        AnsiConsole.Write(table);
    }

    private static CheckingCost Measure(int bankBytes) =>
        CheckingCost.Measure(ResNetLayerShapes.ResNet18, DspConfiguration.FromBankBytes(bankBytes, bankBytes), Rounds);

    private static void AddRow(Table table, string name, CheckingCost cost) => table.AddRow(
        name,
        cost.Plain.TotalMilliseconds.ToString("F2", CultureInfo.InvariantCulture),
        cost.Checked.TotalMilliseconds.ToString("F2", CultureInfo.InvariantCulture),
        cost.Ratio.ToString("P1", CultureInfo.InvariantCulture));
}
