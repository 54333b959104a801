using TileProof.HwModel.Timing;
using TileProof.Verification.Machines;
using TileProof.Verification.Options;

namespace TileProof.Verification.OwnCalibration;

/// <summary>What <c>tileproof calibrate --logs</c> reads and writes.</summary>
public sealed record OwnCalibrationOptions
{
    /// <summary>The logs.</summary>
    public required IReadOnlyList<string> Logs { get; init; }

    /// <summary>The network of every log, or one for all.</summary>
    public IReadOnlyList<string> Networks { get; init; } = ["resnet18"];

    /// <summary>The machine of the logs.</summary>
    public DescribedMachine Machine { get; init; } = DescribedMachine.Published;

    /// <summary>The banks of every log, or one setting for all; none for those of the machine.</summary>
    public IReadOnlyList<BankSetting> Banks { get; init; } = [];

    /// <summary>How the logs were made.</summary>
    public MachineMode Mode { get; init; } = MachineMode.Release;

    /// <summary>The set that is written; null for none.</summary>
    public string? OutputFile { get; init; }

    /// <summary>Whether the result is printed for machines.</summary>
    public bool PrintsJson { get; init; }

    /// <summary>The name of the set in reports: that of its file.</summary>
    public string Name => OutputFile is null ? "costs" : Path.GetFileNameWithoutExtension(OutputFile);

    /// <summary>The network of a log.</summary>
    internal string NetworkOf(int log) => OneFor(Networks, log);

    /// <summary>The banks of a log.</summary>
    internal BankSetting BankOf(int log) => OneFor(Banks.Count > 0 ? Banks : [BankSetting.OfBanks(Machine.Configuration.Banks, Machine)], log);

    /// <summary>Refuses lists of another length than that of the logs.</summary>
    /// <exception cref="UserInputException">A list has neither one entry nor one for every log.</exception>
    internal void Check()
    {
        if (Networks.Count > 1 && Networks.Count != Logs.Count)
        {
            throw new UserInputException($"--networks names {Networks.Count} networks for {Logs.Count} logs; give one, or one for every log in their order");
        }

        if (Banks.Count > 1 && Banks.Count != Logs.Count)
        {
            throw new UserInputException($"--banks names {Banks.Count} settings for {Logs.Count} logs; give one, or one for every log in their order");
        }
    }

    private static T OneFor<T>(IReadOnlyList<T> list, int log) => list[list.Count == 1 ? 0 : log];
}
