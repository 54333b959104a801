using System.Globalization;
using TileProof.HwModel.Machine;
using TileProof.Verification;
using TileProof.Verification.Cycles;
using TileProof.Verification.Options;

namespace TileProof.Benchmarks;

/// <summary>What the timing model adds to the run time of the simulation.</summary>
internal static class TimingTable
{
    private const int WarmUpRounds = 3;
    private const int Rounds = 25;

    /// <summary>Measures both published networks at several bank sizes and prints a line each.</summary>
    public static void Print()
    {
        foreach (string network in VerifyOptions.DefaultNetworks)
        {
            NetworkSource source = NetworkSource.Load(network, new VerifyOptions());
            foreach (BankSetting bank in BankSetting.ParseList("8k,16k,61k"))
            {
                // The just-in-time compiler is done with both ways of running before they are compared.
                TimingCost.Measure(source.Network, DspConfiguration.FromBankBytes(bank.Dram0Bytes, bank.Dram1Bytes), WarmUpRounds);
                TimingCost cost = TimingCost.Measure(source.Network, DspConfiguration.FromBankBytes(bank.Dram0Bytes, bank.Dram1Bytes), Rounds);
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{network} banks {bank}: {cost.CallCount} calls, simulation {cost.Plain.TotalMilliseconds:F1} ms, with timing {cost.Timed.TotalMilliseconds:F1} ms, {100 * cost.Ratio:+0.0;-0.0} % (least of {Rounds})"));
            }
        }
    }
}
