using TileProof.HwModel.Faults;
using TileProof.HwModel.Hazards;
using TileProof.HwModel.Machine;
using TileProof.Operators.Calls;
using TileProof.Operators.Requantizing;

namespace TileProof.Verification.Fuzzing;

/// <summary>The deliberate defects of fuzz cases, and what the judges have to say of each: so they are judged themselves.</summary>
/// <remarks>
/// A defect that changes which bytes are used and shows in the output has to be seen by the prover too, and what depends on order or on the
/// cache by a rule. One that changes the arithmetic has to be told apart by the sums that the weights can reach.
/// </remarks>
internal static class FuzzDefects
{
    /// <summary>Cases that have a defect, one in so many of those that can have one.</summary>
    private const int OneIn = 5;

    private const string NoPlace = "no place for it";
    private const string BytesAndRule = "wrong bytes, a rule, the prover";
    private const string BytesAlone = "wrong bytes, the prover";
    private const string RuleAlone = "a rule";
    private const string ProverAlone = "the prover alone";
    private const string Stopped = "stopped by the machine";
    private const string Equivalent = "proven equivalent";
    private const string Arithmetic = "arithmetic or memory, wrong bytes";
    private const string ArithmeticHidden = "arithmetic or memory, bytes do not show it";

    /// <summary>What may become of a defect.</summary>
    public static IReadOnlyList<string> Verdicts { get; } = [NoPlace, BytesAndRule, BytesAlone, RuleAlone, ProverAlone, Stopped, Equivalent, Arithmetic, ArithmeticHidden];

    /// <summary>Every defect but those of the integers of a convolution, which the driver derives before the machine sees the program.</summary>
    public static IReadOnlyList<Fault> All { get; } =
    [
        .. FaultCatalog.All.Where(static fault => fault.Class is not (FaultClass.ShiftAndScale or FaultClass.ZeroPoint) && fault.Name is not ("bias-zero" or "bias-sign")),
        .. FaultCatalog.Further,
    ];

    /// <summary>Those that programs of any operator may have a place for.</summary>
    private static readonly Fault[] OfAnyOperator = [.. All.Where(static fault => fault.Class is FaultClass.DroppedWait or FaultClass.Cache or FaultClass.MissingFill or FaultClass.PadValue
        || fault.Name.StartsWith("wait-", StringComparison.Ordinal))];

    /// <summary>The defect of that name; null where there is none.</summary>
    public static Fault? Find(string name) => All.FirstOrDefault(fault => fault.Name == name);

    /// <summary>The defect of a case, from numbers of its own, so that the case is the same with and without; null for none.</summary>
    /// <remarks>Calls of right programs, alone, on machines with both channels have one.</remarks>
    public static string? Draw(FuzzCase one)
    {
        FuzzDraw draw = FuzzDraw.OfDefect(one.Seed, one.Index);
        if (!draw.OneIn(OneIn) || one.Calls.Count > 1 || one.Programs.IsPublished || one.Machine.Configuration.DmaChannelCount < 2)
        {
            return null;
        }

        return one.Calls[0].Operator == OperatorKind.Conv2d ? draw.Pick([.. All]).Name : draw.Pick(OfAnyOperator).Name;
    }

    /// <summary>Whether a defect changes what is computed, not which bytes are used: then the prover has nothing to say.</summary>
    /// <param name="fault">The defect.</param>
    /// <param name="call">The call.</param>
    /// <param name="derivation">How its integers are derived.</param>
    /// <param name="overflow">What accumulators of the machine do.</param>
    public static bool ChangesArithmetic(Fault fault, OperatorCall call, ParameterDerivation derivation, AccumulatorOverflow overflow)
    {
        ArgumentNullException.ThrowIfNull(fault);
        var hardware = PackBehavior.Hardware(overflow);
        return fault.Class == FaultClass.MemoryCorruption
            || fault.CreateInjector().Packing(hardware) != hardware
            || (call is Conv2dCall convolution && convolution.Requantize(derivation) is var right && fault.CreateInjector().Requantizing(right) != right);
    }

    /// <summary>Whether a defect of the arithmetic that shows in the bytes is said to change no output for any sum: then one of the two is wrong.</summary>
    /// <inheritdoc cref="ChangesArithmetic" path="/param"/>
    public static bool IsSaidToBeEquivalent(Fault fault, OperatorCall call, ParameterDerivation derivation, AccumulatorOverflow overflow)
    {
        ArgumentNullException.ThrowIfNull(fault);
        if (fault.Class == FaultClass.MemoryCorruption || call is not Conv2dCall convolution)
        {
            return false;
        }

        Requantization right = convolution.Requantize(derivation);
        Requantization changed = fault.CreateInjector().Requantizing(right);
        var hardware = PackBehavior.Hardware(overflow);
        return !right.IsPerChannel && ReferenceEquals(changed.KernelBias, right.KernelBias) && changed.InputZeroPoint == right.InputZeroPoint
            && ArithmeticEquivalence.FindDifference(convolution.Shape, convolution.Weights, right, hardware, changed, fault.CreateInjector().Packing(hardware)) is null;
    }

    /// <summary>What became of a defect, and where the judges contradict each other.</summary>
    /// <param name="runs">What the runs with the defect gave.</param>
    /// <param name="changes">Whether it changed anything in them.</param>
    /// <param name="isArithmetic">See <see cref="ChangesArithmetic"/>.</param>
    /// <param name="isSaidToBeEquivalent">See <see cref="IsSaidToBeEquivalent"/>; asked where bytes are wrong.</param>
    /// <param name="isProven">Whether the prover calls the program with the defect right; the argument says whether the cache counts.</param>
    /// <param name="violation">A rule that is broken; null for none.</param>
    public static (string Verdict, FuzzFinding? Finding) Judge(
        FuzzRuns runs, bool changes, bool isArithmetic, Func<bool> isSaidToBeEquivalent, Func<bool, bool> isProven, Hazard? violation)
    {
        string? bad = runs.Fault ?? runs.Wrong;
        if (!changes)
        {
            return (NoPlace, bad is null ? null : new FuzzFinding(FuzzFindingKind.WrongBytes, $"a defect without a place for it: {bad}"));
        }

        if (isArithmetic)
        {
            return runs.Wrong is null ? (ArithmeticHidden, null)
                : (Arithmetic, isSaidToBeEquivalent() ? new FuzzFinding(FuzzFindingKind.ProverMissed, $"a defect of the arithmetic is said to change no output: {bad}") : null);
        }

        bool isRight = isProven(false);
        if (bad is not null && isRight)
        {
            return (BytesAlone, new FuzzFinding(FuzzFindingKind.ProverMissed, $"a defect: {bad}"));
        }

        bool dependsOnOrder = runs.Wrong is not null && runs.IsRightAtIssueOnly;
        bool isRightWithCache = isProven(true);
        bool dependsOnCache = isRight && !isRightWithCache;
        if (violation is null && runs.Fault is null && (dependsOnOrder || dependsOnCache))
        {
            return (BytesAlone, new FuzzFinding(FuzzFindingKind.RulesMissed, $"a defect: {bad ?? "wrong where the cache counts"}"));
        }

        return (runs.Fault is not null ? Stopped
            : runs.Wrong is not null ? violation is null ? BytesAlone : BytesAndRule
            : violation is not null ? RuleAlone
            : isRightWithCache ? Equivalent
            : ProverAlone, null);
    }
}
