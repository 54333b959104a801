using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Programs;
using TileProof.HwModel.Programs.Convolution;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Operators.Requantizing;

namespace TileProof.HwModel.Execution;

/// <summary>An operator call that is ready to run any number of times: its program, the constants that it reads, and its arithmetic.</summary>
/// <param name="program">What the call does on the machine.</param>
/// <param name="inputCount">Inputs of the call, the first buffers of the program; then come the constants and the output.</param>
/// <param name="constants">What the program reads beside the inputs, in the order of its buffers.</param>
/// <param name="createKernels">Makes the arithmetic of a run.</param>
internal sealed class PreparedCall(TileProgram program, int inputCount, IReadOnlyList<CallConstant> constants, Func<PackBehavior, IProgramKernels> createKernels)
{
    /// <summary>What the call does on the machine.</summary>
    public TileProgram Program => program;

    /// <summary>System memory for the constants, in bytes.</summary>
    /// <exception cref="OverflowException">They exceed what one system memory can hold.</exception>
    public int ConstantBytes => checked(constants.Sum(static constant => SystemMemory.RoundUpToLine(constant.LengthBytes)));

    /// <summary>System memory for the buffers of the program that are no tensors, in bytes.</summary>
    public int ScratchBytes => program.Buffers.Skip(inputCount + constants.Count + 1)
        .Where(static buffer => !buffer.IsLocal)
        .Sum(static buffer => SystemMemory.RoundUpToLine(buffer.LengthBytes));

    /// <summary>Prepares a call.</summary>
    /// <param name="request">The call, the machine and the routing.</param>
    /// <param name="library">The version of the programs.</param>
    /// <param name="derivation">How a convolution derives its requantization integers.</param>
    /// <param name="plans">The plans of convolutions.</param>
    /// <exception cref="HardwareFaultException">The machine cannot run it at all.</exception>
    /// <exception cref="NotSupportedException">The simulated DSP has no such operator.</exception>
    public static PreparedCall Of(CallRequest request, ProgramLibrary library, ParameterDerivation derivation, ConvolutionPlans plans)
    {
        OperatorCall call = request.Call;
        if (call is Conv2dCall tiled && library.Tiles(tiled.Shape))
        {
            Requantization requantization = tiled.Requantize(derivation);
            Conv2dTilePlan plan = plans.PlanOf(tiled.Shape, request.Machine, usesBanks: request.Routing != OperatorRouting.Direct);
            var convolution = new ConvolutionRequest(plan, call.Input.Shape.Batch, requantization, request.Machine)
            {
                CorrectsResiduals = requantization.HasPostCorrection,
            };
            return OfConvolution(convolution, library, tiled.Weights, requantization);
        }

        TileProgram program = library.Write(request);
        return call switch
        {
            Conv2dCall generic => new(program, 1, [new("weights", generic.Weights)], _ => new GenericConvolutionKernels(generic)),
            QuantizedLinearCall linear => new(program, 1, [new("weights", linear.Weights), new("biases", linear.Bias)], _ => new LinearKernels(linear)),
            AveragePool2dCall average => new(program, 1, [], _ => new PoolKernels(average)),
            MaxPool2dCall pool => new(program, 1, [], _ => new PoolKernels(pool)),
            MeanCall => new(program, 1, [], _ => new MeanKernels(call.Input.Shape.PlaneElementCount)),
            ConcatCall or PadCall or SliceCall => new(program, call.Inputs.Count, [], static _ => new CopyKernels()),
            SoftmaxCall => new(program, 1, [], static _ => new SoftmaxKernels()),
            _ => new(program, call.Inputs.Count, [], _ => new ElementwiseKernels(call)),
        };
    }

    /// <summary>Prepares a convolution.</summary>
    /// <param name="request">Plan, images, and the integers that the kernel receives.</param>
    /// <param name="library">The version of the programs.</param>
    /// <param name="weights">int8 <c>[OC, C, KH, KW]</c>.</param>
    /// <param name="host">The integers of the driver, whose correction follows the kernel.</param>
    /// <exception cref="NotSupportedException">No tiled kernel computes this geometry.</exception>
    public static PreparedCall OfConvolution(ConvolutionRequest request, ProgramLibrary library, sbyte[] weights, Requantization host)
    {
        Conv2dShape shape = request.Plan.Shape;
        if (!library.Tiles(shape))
        {
            throw new NotSupportedException($"{shape.ConfigKey}: the {library} programs have no tiled kernel for it; there are {string.Join(", ", ConvolutionKernel.Names)} with one group and square padding{(library.IsPublished ? "" : $", and {ConvolutionKernel.Limits}")}.");
        }

        Requantization kernel = request.Requantization;
        CallConstant[] constants =
        [
            new("weights", weights),
            new("kernel biases", kernel.KernelBias),
            .. kernel.IsPerChannel ? [new CallConstant("output scales", kernel.OutputScales)] : Array.Empty<CallConstant>(),
        ];

        return new PreparedCall(library.Write(request), 1, constants, packing => new ConvolutionKernels(shape, kernel, host, packing));
    }

    /// <summary>Puts the constants into system memory, after what is allocated there.</summary>
    public MemoryBuffer[] PlaceConstants(SystemMemory memory) => [.. constants.Select(constant => constant.Place(memory))];

    /// <summary>Runs the call.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="inputs">The inputs in its system memory.</param>
    /// <param name="placed">The constants, where they were placed before; null places them for the time of the call.</param>
    /// <param name="output">Where the output goes.</param>
    /// <param name="recorded">Stands for the arithmetic on a machine without bytes; null to compute.</param>
    /// <param name="reader">Told of every instruction that was executed; null for nobody.</param>
    /// <exception cref="HardwareFaultException">The program breaks a rule of the machine.</exception>
    public void Run(
        DspMachine machine,
        IReadOnlyList<MemoryBuffer> inputs,
        IReadOnlyList<MemoryBuffer>? placed,
        MemoryBuffer output,
        RecordedArithmetic? recorded,
        IInstructionReader? reader = null)
    {
        int mark = machine.System.UsedBytes;
        IProgramKernels kernels = recorded ?? createKernels(machine.PackBehavior());
        new ProgramRunner(machine, program, kernels, [.. inputs, .. placed ?? PlaceConstants(machine.System), output]) { Reader = reader }.Run();
        machine.HandBack(output);
        machine.System.ReleaseTo(mark);
    }
}
