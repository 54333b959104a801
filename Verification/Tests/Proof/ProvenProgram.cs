using TileProof.Golden.Words;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Programs;
using TileProof.HwModel.Programs.Convolution;
using TileProof.HwModel.Proof;
using TileProof.Operators;
using TileProof.Operators.Requantizing;
using TileProof.Verification.Hazards;

namespace TileProof.Tests.Proof;

/// <summary>A convolution's program with all that its proof takes.</summary>
internal sealed record ProvenProgram(Conv2dTilePlan Plan, DspConfiguration Machine)
{
    public int Batch { get; init; } = 1;

    public bool PerChannel { get; init; }

    public bool Corrects { get; init; }

    public Func<MachineInterceptor>? Interceptors { get; init; }

    public ProgramLibrary Programs { get; init; } = ProgramLibrary.Corrected;

    public bool ModelsCache { get; init; } = true;

    public ProgramProof Prove()
    {
        Conv2dShape shape = Plan.Shape;
        Requantization requantization = ConvolutionCase.Create(shape, Batch, 3).Requantization;
        if (PerChannel)
        {
            requantization = requantization with { OutputScales = [.. Enumerable.Range(40_000, shape.OutChannels).Select(static scale => (ushort)scale)] };
        }

        // A defect may change the constant of the fills, as it does on the machine.
        Requantization given = Interceptors?.Invoke().Requantizing(requantization) ?? requantization;
        TileProgram program = Programs.Write(new ConvolutionRequest(Plan, Batch, given, Machine) { CorrectsResiduals = Corrects });
        sbyte zeroPoint = (sbyte)requantization.InputZeroPoint;
        return new ProgramProver(Programs.IsPublished ? Programs.MachineFor(Machine) : Machine) { Interceptors = Interceptors, ModelsCache = ModelsCache }
            .Prove(program, zeroPoint, GoldenConvolutionWords.Compute(shape, Batch, zeroPoint, PerChannel, Corrects));
    }
}
