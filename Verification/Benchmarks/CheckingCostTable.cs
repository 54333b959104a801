using System.Globalization;
using Spectre.Console;
using TileProof.HwModel.Machine;
using TileProof.Verification;

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
            CheckingCost cost = CheckingCost.Measure(ResNetLayerShapes.ResNet18, DspConfiguration.FromBankBytes(bankBytes, bankBytes), Rounds);
            table.AddRow(
                bankBytes.ToString(CultureInfo.InvariantCulture),
                cost.Plain.TotalMilliseconds.ToString("F2", CultureInfo.InvariantCulture),
                cost.Checked.TotalMilliseconds.ToString("F2", CultureInfo.InvariantCulture),
                cost.Ratio.ToString("P1", CultureInfo.InvariantCulture));
        }

        AnsiConsole.Write(table);
    }
}
