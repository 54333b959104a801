using MathNet.Numerics.LinearAlgebra;
using TileProof.HwModel.Timing;

namespace TileProof.Verification.TimingCalibration;

/// <summary>Both fits once more with other weights of layers and runs, on the same critical paths.</summary>
internal sealed class CalibrationModels
{
    private readonly LinearizedModel core;
    private readonly LinearizedModel memoryModel;
    private readonly CalibrationFit coreFit;
    private readonly CalibrationFit memoryFit;

    public CalibrationModels(CalibrationFit coreFit, CalibrationFit memoryFit)
    {
        this.coreFit = coreFit;
        this.memoryFit = memoryFit;
        core = LinearizedModel.At(coreFit.Stage, Vector<double>.Build.DenseOfEnumerable(coreFit.Values));
        memoryModel = LinearizedModel.At(memoryFit.Stage, Vector<double>.Build.DenseOfEnumerable(memoryFit.Values));
    }

    /// <summary>Layers of either fit, in ordinal order.</summary>
    public IReadOnlyList<string> Layers => [.. core.Layers.Union(memoryModel.Layers, StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>Runs of either fit, in ordinal order.</summary>
    public IReadOnlyList<string> Runs => [.. core.Runs.Union(memoryModel.Runs, StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>Condition numbers of both fits, columns scaled to length 1.</summary>
    public (double Core, double MemoryModel) ConditionNumbers => (core.ConditionNumber(coreFit.Values), memoryModel.ConditionNumber(memoryFit.Values));

    /// <summary>The coefficients of fits in which the observations of a layer in a run count so much.</summary>
    public CostCoefficients Refit(Func<string, string, double> weightOf)
    {
        Vector<double> values = core.Solve(weightOf);
        CostCoefficients first = Calibrator.ToCoefficients(coreFit.Stage, values);
        Vector<double> second = memoryModel.Solve(weightOf, CalibrationStage.CarriedValuesOf(coreFit.Parameters, first));
        return Calibrator.ToCoefficients(memoryFit.Stage with { Fixed = CalibrationStage.WithSharedTerms(first) }, second);
    }
}
