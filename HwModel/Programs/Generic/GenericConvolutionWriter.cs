using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.Operators;
using TileProof.Operators.Calls;

namespace TileProof.HwModel.Programs.Generic;

/// <summary>Writes the portable convolution that the modelled library falls back to: one kernel call an image, on system memory.</summary>
/// <remarks>Operator contract, section 1e.</remarks>
internal static class GenericConvolutionWriter
{
    private const string Kernel = "conv2d_generic";

    public static TileProgram Write(CallRequest request)
    {
        var call = (Conv2dCall)request.Call;
        Conv2dShape shape = call.Shape;
        var builder = new TileProgramBuilder();
        int input = builder.Tensor(call.Input.Name, BufferRole.Input, call.Input.LengthBytes);
        int weights = builder.Tensor("weights", BufferRole.Coefficients, call.Weights.Length);
        int output = builder.Tensor(call.Output.Name, BufferRole.Output, call.Output.LengthBytes);
        int inputBytes = shape.InChannels * shape.InHeight * shape.InWidth;
        int outputBytes = shape.OutChannels * shape.OutHeight * shape.OutWidth;
        builder.Begin(Kernel, 0);
        for (int image = 0; image < call.Input.Shape.Batch; image++)
        {
            builder.Compute(
                Kernel,
                new KernelParameters(ProgramKernel.GenericConvolution, Elements: outputBytes),
                new TileCoordinates(image, 0, 0),
                [ProgramRegion.Linear(input, image * inputBytes, inputBytes), builder.Whole(weights)],
                [ProgramRegion.Linear(output, image * outputBytes, outputBytes)]);
        }

        builder.WriteBack(builder.Whole(output));
        builder.End();
        return builder.Build(call.LayerKey, new CallPlan(OperatorPath.Portable, CallPlan.Whole));
    }
}
