namespace TileProof.HwModel.Faults;

/// <summary>All deliberate defects for the self-test of the harness.</summary>
public static class FaultCatalog
{
    /// <summary>The defects, by class.</summary>
    public static IReadOnlyList<Fault> All { get; } =
    [
        .. OrderFaults.All,
        .. TransferFaults.Inputs,
        .. TransferFaults.Parameters,
        .. TransferFaults.Outputs,
        .. MemoryFaults.All,
        .. ArithmeticFaults.All,
    ];

    /// <summary>Defects that break rules of the machine that no defect of the self-test breaks. Fuzz campaigns draw them too.</summary>
    public static IReadOnlyList<Fault> Further { get; } = [.. MemoryFaults.Further, .. TransferFaults.Further];
}
