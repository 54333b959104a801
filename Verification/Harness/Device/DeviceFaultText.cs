using System.Globalization;
using TileProof.HwModel.Device;

namespace TileProof.Verification.Device;

/// <summary>Says in a few words what stopped a device program.</summary>
internal static class DeviceFaultText
{
    private static readonly Dictionary<int, string> Signals = new()
    {
        [4] = "an illegal instruction",
        [5] = "a trap",
        [6] = "an abort",
        [7] = "a bus error",
        [8] = "a division by zero",
        [11] = "an access to memory that is not there",
    };

    /// <summary>The words; empty when the program returned 0.</summary>
    public static string Of(DeviceRun run, int timeLimitMilliseconds) => run.Fault switch
    {
        DeviceFaultKind.None => run.Status == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"refused with status {run.Status}"),
        DeviceFaultKind.Signal => string.Create(
            CultureInfo.InvariantCulture,
            $"stopped by {Signals.GetValueOrDefault(run.FaultDetail, $"signal {run.FaultDetail.ToString(CultureInfo.InvariantCulture)}")}{(run.FaultDetail is 7 or 11 ? run.FaultAddress < 4096 ? ", a null pointer" : run.FaultAddress == uint.MaxValue ? "" : $" at address 0x{run.FaultAddress:x}" : "")}"),
        DeviceFaultKind.Exit => string.Create(CultureInfo.InvariantCulture, $"called exit with status {run.FaultDetail}"),
        DeviceFaultKind.Abort => "called abort",
        DeviceFaultKind.TimeLimit => string.Create(CultureInfo.InvariantCulture, $"ran longer than {timeLimitMilliseconds / 1000.0} s: an endless loop"),
        DeviceFaultKind.TooManyEvents => string.Create(CultureInfo.InvariantCulture, $"made more than {run.FaultDetail} separate accesses between its machine instructions"),
        DeviceFaultKind.StackOverflow => "ran over the end of its stack",
        DeviceFaultKind.Allocation => string.Create(CultureInfo.InvariantCulture, $"asked for {run.FaultDetail} MiB of memory"),
        DeviceFaultKind.Address => "started a transfer at an address beyond 32 bits",
        DeviceFaultKind.Channel => string.Create(CultureInfo.InvariantCulture, $"used DMA channel {run.FaultDetail}, which the machine does not have"),
        DeviceFaultKind.Mapping => "could not be given the memory of the simulated machine",
        DeviceFaultKind.Assertion => $"failed the assertion '{run.FaultText}'",
        _ => "stopped",
    };
}
