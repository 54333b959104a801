using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Operators.Requantizing;
using TileProof.Verification.Export;
using TileProof.Verification.Files;
using TileProof.Verification.Machines;

namespace TileProof.Verification.Fuzzing;

/// <summary>A failure of one convolution as a recorded layer, which <c>verify --vectors</c> replays and a device can run; where the form can state it.</summary>
/// <remarks>
/// The form states requantization by the worst-case derivation, and tiles are those of the planner: what a case says of either is not in it. Expected is what the
/// scalar oracle gives.
/// </remarks>
internal static class FuzzRecording
{
    /// <summary>The folder of the layer, in that of the failure.</summary>
    internal const string FolderName = "vector";
    private const string MachineFileName = "machine.json";

    /// <summary>Writes the layer and the machine below the folder of a failure; nothing where the form cannot state the case.</summary>
    /// <exception cref="UserInputException">A file cannot be written.</exception>
    public static void Write(FuzzFailure failure, string folder)
    {
        FuzzCase one = CaseOf(failure);
        FuzzModel model = FuzzModel.Of(one);
        if (WhyNot(model) is null)
        {
            var call = (Conv2dCall)model.Calls[0];
            Tensor input = model.InputTensor();
            VectorExport.WriteRecorded(call, input, FuzzOracles.GoldenOf(call, [input], ParameterDerivation.WorstCase, isTiled: true), Path.Combine(folder, FolderName));
            AtomicFile.WriteText(Path.Combine(folder, MachineFileName), MachineFile.Write(one.Machine));
        }
    }

    /// <summary>The command that replays the layer, or why there is none.</summary>
    public static string Describe(FuzzFailure failure, string folder)
    {
        FuzzCase one = CaseOf(failure);
        return WhyNot(FuzzModel.Of(one)) is { } reason
            ? $"no recorded layer: {reason}"
            : $"`tileproof verify --vectors {Path.Combine(folder, FolderName)} --machine {Path.Combine(folder, MachineFileName)} --programs {one.Programs.Name}` (tiles of the planner, worst-case derivation)";
    }

    private static string? WhyNot(FuzzModel model) => model.Calls.Count > 1 ? "it has several calls" : VectorExport.WhyNotRecorded(model.Calls[0]);

    private static FuzzCase CaseOf(FuzzFailure failure) => FuzzCaseFile.Parse(FuzzReport.CaseFileName, failure.Case);
}
