namespace TileProof.Verification.Accuracy;

/// <summary>What <see cref="AccuracyTotals"/> adds up over some tensors; energies and levels in double, counts in elements.</summary>
internal sealed record AccuracySums(
    double SignalEnergy,
    double NoiseEnergy,
    double ValueEnergy,
    double CrossEnergy,
    double LevelSum,
    double LargestLevels,
    long Equal,
    long OneLevel,
    long TwoLevels,
    long Elements);
