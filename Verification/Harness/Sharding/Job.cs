namespace TileProof.Verification.Sharding;

/// <summary>A piece of a run that has a result of its own, whichever process computes it.</summary>
/// <param name="Key">Names it among all jobs of the run; one line.</param>
/// <param name="Cost">What it is predicted to take, in nanoseconds of one core of the machine that the prediction was fitted on; 1 or more.</param>
/// <param name="Group">What it shares preparations with, such as its network.</param>
/// <param name="GroupCost">What those preparations take a process that runs any job of the group, in the same unit.</param>
public sealed record Job(string Key, long Cost, string Group, long GroupCost);
