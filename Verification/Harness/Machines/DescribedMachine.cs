using TileProof.HwModel.Machine;
using TileProof.HwModel.Timing;

namespace TileProof.Verification.Machines;

/// <summary>A machine that a run works on: the modelled one, a preset, or the one that a file describes.</summary>
/// <param name="Name">Its name in reports.</param>
/// <param name="Configuration">Its hardware, with the banks that it has of itself.</param>
/// <param name="Costs">What it spends cycles on, where that differs from the calibrated machine.</param>
public sealed record DescribedMachine(string Name, DspConfiguration Configuration, MachineCosts Costs)
{
    private const int PublishedBankBytes = 62976;

    /// <summary>The machine that the published programs and figures are of: two banks of 61k, 512-bit vectors.</summary>
    public static DescribedMachine Published { get; } =
        new("vision-130", DspConfiguration.FromBankBytes(PublishedBankBytes, PublishedBankBytes), MachineCosts.Calibrated);

    /// <summary>1024-bit vectors and one bank of 128 KiB.</summary>
    public static DescribedMachine WideOneBank { get; } = new(
        "wide-one-bank",
        DspConfiguration.FromBankBytes(BankBytes.Of(128 * 1024)) with { VectorBytes = 128, AllocationAlignmentBytes = 128 },
        MachineCosts.Calibrated);

    /// <summary>The machines that can be named.</summary>
    public static IReadOnlyList<DescribedMachine> Presets { get; } = [Published, WideOneBank];

    /// <summary>Costs that a user fitted to logs of the machine; null for the published ones.</summary>
    public CostSet? OwnCosts { get; init; }

    /// <summary>Whether this is the machine that the coefficients were fitted on, whatever the size of its two banks; cycles of any other are extrapolated.</summary>
    public bool IsCalibrated => this with { Name = Published.Name, Configuration = Configuration.WithBanks(Published.Configuration.Banks) } == Published
        && Configuration.Banks.Count == Published.Configuration.Banks.Count;

    /// <summary>What it spends cycles on, from the fitted costs.</summary>
    public CostCoefficients CoefficientsFrom(CostCoefficients fitted) => OwnCosts?.On(this) ?? Costs.ApplyTo(fitted, Configuration);

    /// <summary>What the costs leave open, from what the fitted costs do.</summary>
    public CycleUncertainty UncertaintyFrom(CycleUncertainty fitted) => OwnCosts?.Uncertainty ?? fitted;

    /// <summary>The word beside cycles of what no published run had: another machine, or a kernel of this project.</summary>
    public const string ExtrapolatedBasis = "extrapolated";

    /// <summary>The word beside cycles of the machine and the modes that the published figures are of.</summary>
    public const string CalibratedBasis = "calibrated";

    /// <summary><c>calibrated</c>, <c>calibrated by NAME</c> where costs were fitted to logs of this machine in this mode, or <c>extrapolated</c>: the word beside cycles.</summary>
    public string CycleBasisIn(MachineMode mode) => OwnCosts switch
    {
        null => IsCalibrated ? CalibratedBasis : ExtrapolatedBasis,
        { } own => own.Mode == mode && own.Describes(this) ? $"{CalibratedBasis} by {own}" : ExtrapolatedBasis,
    };

    /// <summary>The same in brackets behind cycles; empty for those of the published machine.</summary>
    public string CycleRemarkIn(MachineMode mode) => CycleBasisIn(mode) is var basis and not CalibratedBasis ? $" ({basis})" : "";

    /// <inheritdoc/>
    public override string ToString() => Name;
}
