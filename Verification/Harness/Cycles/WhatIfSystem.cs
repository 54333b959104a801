using TileProof.HwModel.Machine;
using TileProof.HwModel.Programs;
using TileProof.HwModel.Timing;

namespace TileProof.Verification.Cycles;

/// <summary>The system that a what-if question assumes.</summary>
public sealed record WhatIfSystem
{
    /// <summary>The local banks.</summary>
    public required BankBytes Banks { get; init; }

    /// <summary>What programs do.</summary>
    public ProgramAssumptions Programs { get; init; } = ProgramAssumptions.Measured;

    /// <summary>What the machine does.</summary>
    public TimingAssumptions Machine { get; init; } = TimingAssumptions.None;

    /// <summary>Where and how calls run under the assumptions.</summary>
    /// <param name="machine">Everything else of the machine.</param>
    /// <param name="mode">How much of the memory system counts.</param>
    internal CallSetting SettingOn(DspConfiguration machine, MachineMode mode) =>
        new(machine.WithBanks(Banks), mode) { Programs = ProgramLibrary.Assumed(Programs), Assumptions = Machine };

    /// <summary>Banks twice as large, as far as a machine may have them.</summary>
    internal WhatIfSystem WithLargeBanks() => this with { Banks = BankBytes.Of(Banks.Select(static bytes => Math.Min(2 * bytes, DspConfiguration.MaximumBankBytes))) };

    /// <summary>One bank with the bytes of all, as far as a machine may have one.</summary>
    internal WhatIfSystem WithOneBank() => this with { Banks = BankBytes.Of((int)Math.Min(Banks.TotalBytes, DspConfiguration.MaximumBankBytes)) };

    /// <summary>So many banks as large as the smallest.</summary>
    internal WhatIfSystem WithBanks(int count) => this with { Banks = BankBytes.Of(Enumerable.Repeat(Banks.Min(), count)) };
}
