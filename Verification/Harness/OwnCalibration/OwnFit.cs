using MathNet.Numerics.LinearAlgebra;
using TileProof.HwModel.Timing;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Verification.TimingCalibration;

namespace TileProof.Verification.OwnCalibration;

/// <summary>Costs fitted to a user's own logs.</summary>
/// <remarks>
/// Free are the coefficients that the calls tell: whose change by all of its value changes the cycles of the calls by more than
/// <see cref="SmallestEffect"/> of them in a way that no other coefficients can make up for. All others keep the published value.
/// </remarks>
public sealed class OwnFit
{
    /// <summary>Different calls that a fit takes at least.</summary>
    public const int SmallestCallCount = 12;

    /// <summary>Different convolution layers that a fit takes at least.</summary>
    public const int SmallestLayerCount = 3;

    /// <summary>The root of the sum over different calls of the squared relative changes.</summary>
    private const double SmallestEffect = 0.02;

    /// <summary>Free coefficients of a different call, at most: the others judge the fit.</summary>
    private const double LargestShare = 2.0 / 3;

    /// <summary>How much a coefficient that left-out calls alone tell is drawn to the published value, of a call's weight.</summary>
    private const double PublishedWeight = 1e-3;

    private const ulong ReplicateSeed = 2105;

    private OwnFit(
        CalibrationFit fit, CostCoefficients published, IReadOnlyList<string> unseen, IReadOnlyList<string> untold, CycleUncertainty uncertainty, IReadOnlyDictionary<CycleObservation, double> heldOut)
    {
        Fit = fit;
        Published = published;
        Unseen = unseen;
        Untold = untold;
        Uncertainty = uncertainty;
        HeldOutErrors = heldOut;
    }

    /// <summary>The fit.</summary>
    public CalibrationFit Fit { get; }

    /// <summary>The published costs on this machine.</summary>
    public CostCoefficients Published { get; }

    /// <summary>Coefficients that no call has.</summary>
    public IReadOnlyList<string> Unseen { get; }

    /// <summary>Coefficients that calls have, but do not tell from others.</summary>
    public IReadOnlyList<string> Untold { get; }

    /// <summary>What the costs leave open.</summary>
    public CycleUncertainty Uncertainty { get; }

    /// <summary>Relative errors of calls whose layer was left out; without layers that alone tell a coefficient.</summary>
    public IReadOnlyDictionary<CycleObservation, double> HeldOutErrors { get; }

    /// <summary>Fits the costs of a mode.</summary>
    /// <param name="observations">The calls.</param>
    /// <param name="mode">Their machine mode.</param>
    /// <param name="published">The published costs on the machine of the calls.</param>
    /// <param name="publishedReplicates">What those leave open, on that machine.</param>
    /// <param name="cancellation">Stops between the fits.</param>
    /// <exception cref="UserInputException">The calls are too few, or too much alike.</exception>
    public static OwnFit Of(
        IReadOnlyList<CycleObservation> observations, MachineMode mode, CostCoefficients published, IReadOnlyList<CostCoefficients> publishedReplicates, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(observations);
        ArgumentNullException.ThrowIfNull(published);
        ArgumentNullException.ThrowIfNull(publishedReplicates);
        RefuseTooFew(observations);
        CycleObservation[] different = [.. observations.DistinctBy(static o => o.StructureKey)];
        Parameter[] all =
        [
            .. Enum.GetValues<CoreTerm>().Select(static term => new Parameter(term.ToString(), Core: term)),
            .. Enum.GetValues<MemoryTerm>().Where(term => published[mode, term] > 0).Select(term => new Parameter($"{mode}.{term}", Modes: [mode], Memory: term)),
        ];
        Parameter[] seen = [.. all.Where(parameter => CountsAt(different, published).Any(one => parameter.CountIn(one, mode) != 0))];
        CalibrationFit fit = FitTold(observations, different, seen, published);
        CalibrationStage stage = fit.Stage;
        IReadOnlyList<Parameter> free = fit.Parameters;
        cancellation.ThrowIfCancellationRequested();
        var model = new RelativeModel(fit, different, observations, published);
        Dictionary<CycleObservation, double> heldOut = [];
        foreach (IGrouping<string, CycleObservation> layer in observations.GroupBy(static o => o.LayerKey))
        {
            if (model.TellsAllWithout(layer.Key))
            {
                CostCoefficients without = Calibrator.ToCoefficients(stage, model.Solve(layer.Key, PublishedWeight));
                foreach (CycleObservation call in layer)
                {
                    heldOut[call] = (ObservationModel.Predict(call, without) / call.Cycles) - 1;
                }
            }
        }

        cancellation.ThrowIfCancellationRequested();
        var spreads = new Dictionary<string, CycleSpread>(CycleUncertainty.Calibrated.Spreads, StringComparer.Ordinal);
        foreach (IGrouping<string, CycleObservation> group in heldOut.Keys.GroupBy(CalibrationResult.KeyOf).Where(static group => group.DistinctBy(static o => o.LayerKey).Count() >= SmallestLayerCount))
        {
            spreads[group.Key] = CalibrationResult.SpreadOf([.. group.Select(o => (o.LayerKey, o.Run, heldOut[o]))]);
        }

        CounterRandom random = CounterRandom.FromSeed(ReplicateSeed);
        CostCoefficients[] replicates =
        [
            .. publishedReplicates.Select((replicate, number) => Calibrator.ToCoefficients(stage with { Fixed = replicate }, model.Replicate(random.Stream(number)))),
        ];
        return new OwnFit(
            fit,
            published,
            [.. all.Except(seen).Select(static parameter => parameter.Name)],
            [.. seen.Except(free).Select(static parameter => parameter.Name)],
            new CycleUncertainty(fit.Coefficients, replicates, spreads),
            heldOut);
    }

    /// <summary>Fits the coefficients that the calls tell at the published costs, and then those of them that the calls still tell at the fitted ones.</summary>
    private static CalibrationFit FitTold(IReadOnlyList<CycleObservation> observations, CycleObservation[] different, Parameter[] seen, CostCoefficients published)
    {
        CostCoefficients costs = published;
        Parameter[] free = seen;
        while (true)
        {
            Parameter[] told = Told(free, different, CountsAt(different, costs), costs);
            if (told.Length == 0)
            {
                throw new UserInputException("the logs tell no coefficient from the others; add logs of other layers, networks or bank sizes");
            }

            var stage = new CalibrationStage(observations, told, published, [], []);
            CalibrationFit fit = Calibrator.Refine(stage, Vector<double>.Build.DenseOfEnumerable(told.Select(parameter => parameter.ValueIn(costs))));
            if (!ReferenceEquals(costs, published) && told.Length == free.Length)
            {
                return fit;
            }

            costs = fit.Coefficients;
            free = told;
        }
    }

    private static TermCounts[] CountsAt(CycleObservation[] different, CostCoefficients costs) => [.. different.Select(o => ObservationModel.Play(o, costs, countTerms: true).Counts!)];

    private static void RefuseTooFew(IReadOnlyList<CycleObservation> observations)
    {
        int calls = observations.DistinctBy(static o => o.StructureKey).Count();
        int layers = observations.Where(static o => o.Kind == OperatorKind.Conv2d).DistinctBy(static o => o.LayerKey).Count();
        if (calls < SmallestCallCount || layers < SmallestLayerCount)
        {
            throw new UserInputException(
                $"the logs have {calls} different calls without prints, {layers} of them different convolution layers; {SmallestCallCount} and {SmallestLayerCount} are needed at least: add logs of other layers, networks or bank sizes");
        }
    }

    /// <summary>The coefficients that remain when the one that the others make up for best is left out again and again.</summary>
    private static Parameter[] Told(Parameter[] seen, CycleObservation[] different, TermCounts[] counts, CostCoefficients costs)
    {
        List<Parameter> free = [.. seen];
        while (free.Count > 0)
        {
            Matrix<double> effects = Matrix<double>.Build.Dense(
                different.Length,
                free.Count,
                (row, column) => Calibrator.ObservationWeight(different[row]) * free[column].CountIn(counts[row], different[row].Mode) * ScaleOf(free[column], costs) / different[row].Cycles);
            double[] told = EffectsOfTheirOwn(effects);
            int least = Array.IndexOf(told, told.Min());
            if (told[least] >= SmallestEffect && free.Count <= LargestShare * different.Length)
            {
                break;
            }

            free.RemoveAt(least);
        }

        return [.. free];
    }

    private static double ScaleOf(Parameter parameter, CostCoefficients costs) => parameter.ValueIn(costs) is > 0 and var value ? value : 1;

    /// <summary>The length of what each column has that the other columns together have not.</summary>
    private static double[] EffectsOfTheirOwn(Matrix<double> columns)
    {
        double[] lengths = [.. Enumerable.Range(0, columns.ColumnCount).Select(column => columns.Column(column).L2Norm())];
        Matrix<double> gram = columns.TransposeThisAndMultiply(columns).MapIndexed(
            (row, column, value) => (value / (lengths[row] * lengths[column])) + (row == column ? NonNegativeLeastSquares.RelativeRidge : 0));
        Matrix<double> inverse = gram.Inverse();
        return [.. lengths.Select((length, column) => inverse[column, column] is > 0 and var grown ? length / Math.Sqrt(grown) : 0)];
    }
}
