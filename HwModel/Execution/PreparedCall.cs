using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Programs;
using TileProof.HwModel.Programs.Convolution;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Operators.Requantizing;

namespace TileProof.HwModel.Execution;

/// <summary>An operator call that is ready to run any number of times: its program, the constants that it reads, and its arithmetic.</summary>
internal sealed class PreparedCall
{
    private readonly Func<PackBehavior, IProgramKernels> createKernels;

    private PreparedCall(TileProgram program, IReadOnlyList<CallConstant> constants, Func<PackBehavior, IProgramKernels> createKernels)
    {
        Program = program;
        Constants = constants;
        this.createKernels = createKernels;
    }

    /// <summary>What the call does on the machine.</summary>
    public TileProgram Program { get; }

    /// <summary>What the program reads beside the inputs, in the order of its buffers.</summary>
    public IReadOnlyList<CallConstant> Constants { get; }

    /// <summary>System memory for the constants, in bytes.</summary>
    /// <exception cref="OverflowException">They exceed what one system memory can hold.</exception>
    public int ConstantBytes => checked(Constants.Sum(static constant => SystemMemory.RoundUpToLine(constant.LengthBytes)));

    /// <summary>System memory for the buffers of the program that are no tensors, in bytes.</summary>
    public int ScratchBytes => Program.Buffers.Skip(TensorCount).Where(static buffer => !buffer.IsLocal).Sum(static buffer => SystemMemory.RoundUpToLine(buffer.LengthBytes));

    private int TensorCount { get; init; }

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
            Conv2dCall generic => Create(1, program, [new("weights", generic.Weights)], _ => new GenericConvolutionKernels(generic)),
            QuantizedLinearCall linear => Create(
                1, program, [new("weights", linear.Weights), new("biases", linear.Bias)], _ => new LinearKernels(linear)),
            AveragePool2dCall average => Create(1, program, [], _ => new AveragePoolKernels(average)),
            MaxPool2dCall pool => Create(1, program, [], _ => new MaxPoolKernels(pool.Shape, pool.Input.ElementType)),
            MeanCall => Create(1, program, [], _ => new MeanKernels(call.Input.Shape.PlaneElementCount)),
            ConcatCall or PadCall or SliceCall => Create(call.Inputs.Count, program, [], static _ => new CopyKernels()),
            SoftmaxCall => Create(1, program, [], static _ => new SoftmaxKernels()),
            _ => Create(call.Inputs.Count, program, [], _ => new ElementwiseKernels(call)),
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

        return Create(1, library.Write(request), constants, packing => new ConvolutionKernels(shape, kernel, host, packing));
    }

    /// <summary>Puts the constants into system memory, after what is allocated there.</summary>
    public MemoryBuffer[] PlaceConstants(SystemMemory memory)
    {
        ArgumentNullException.ThrowIfNull(memory);
        return [.. Constants.Select(constant => constant.Place(memory))];
    }

    /// <summary>Runs the call with constants that lie in system memory for the time of the call.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="inputs">The inputs in its system memory.</param>
    /// <param name="output">Where the output goes.</param>
    /// <param name="recorded">Stands for the arithmetic on a machine without bytes; null to compute.</param>
    /// <param name="reader">Told of every instruction that was executed; null for nobody.</param>
    /// <exception cref="HardwareFaultException">The program breaks a rule of the machine.</exception>
    public void Run(
        DspMachine machine, IReadOnlyList<MemoryBuffer> inputs, MemoryBuffer output, RecordedArithmetic? recorded = null, IInstructionReader? reader = null)
    {
        int mark = machine.System.UsedBytes;
        Run(machine, inputs, PlaceConstants(machine.System), output, recorded, reader);
        machine.System.ReleaseTo(mark);
    }

    /// <summary>Runs the call with constants that were placed before.</summary>
    /// <inheritdoc cref="Run(DspMachine, IReadOnlyList{MemoryBuffer}, MemoryBuffer, RecordedArithmetic?, IInstructionReader?)"/>
    public void Run(
        DspMachine machine,
        IReadOnlyList<MemoryBuffer> inputs,
        IReadOnlyList<MemoryBuffer> constants,
        MemoryBuffer output,
        RecordedArithmetic? recorded = null,
        IInstructionReader? reader = null)
    {
        IProgramKernels kernels = recorded ?? createKernels(machine.PackBehavior());
        new ProgramRunner(machine, Program, kernels, [.. inputs, .. constants, output]) { Reader = reader }.Run();
        machine.HandBack(output);
    }

    private static PreparedCall Create(
        int inputCount, TileProgram program, CallConstant[] constants, Func<PackBehavior, IProgramKernels> createKernels) =>
        new(program, constants, createKernels) { TensorCount = inputCount + constants.Length + 1 };
}
