using TileProof.HwModel.Dma;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Programs;
using TileProof.Operators;
using TileProof.Operators.Calls;

namespace TileProof.HwModel.Execution;

/// <summary>One operator call on a machine of its own.</summary>
public static class SimulatedCall
{
    /// <summary>Runs a call from tensor to tensor.</summary>
    /// <param name="programs">The programs, and the machine.</param>
    /// <param name="call">The operator, its parameters and the shapes of its values.</param>
    /// <param name="inputs">One tensor per input of the call, with that shape and type.</param>
    /// <param name="landing">When transfers move their bytes.</param>
    /// <param name="observers">Who sees what the program does.</param>
    /// <exception cref="ArgumentException">The inputs do not match the call.</exception>
    /// <exception cref="HardwareFaultException">The program breaks a rule of the machine.</exception>
    public static DspResult Run(
        PreparedPrograms programs, OperatorCall call, IReadOnlyList<Tensor> inputs, LandingPolicy landing, params MachineObserver[] observers) =>
        Run(programs, call, inputs, landing, null, observers);

    /// <summary>Runs a call from tensor to tensor while somebody reads its program along.</summary>
    /// <param name="programs">The programs, and the machine.</param>
    /// <param name="call">The operator, its parameters and the shapes of its values.</param>
    /// <param name="inputs">One tensor per input of the call, with that shape and type.</param>
    /// <param name="landing">When transfers move their bytes.</param>
    /// <param name="reader">Told of every instruction that was executed; null for nobody.</param>
    /// <param name="observers">Who sees what the program does.</param>
    /// <exception cref="ArgumentException">The inputs do not match the call.</exception>
    /// <exception cref="HardwareFaultException">The program breaks a rule of the machine.</exception>
    public static DspResult Run(
        PreparedPrograms programs,
        OperatorCall call,
        IReadOnlyList<Tensor> inputs,
        LandingPolicy landing,
        IInstructionReader? reader,
        params MachineObserver[] observers)
    {
        ArgumentNullException.ThrowIfNull(programs);
        ArgumentNullException.ThrowIfNull(call);
        ArgumentNullException.ThrowIfNull(inputs);
        CallTensors.Require(call, inputs);
        PreparedCall prepared = programs.Of(call);
        using var machine = new DspMachine(programs.Machine, SystemBytes(call, prepared), landing, observers);
        MemoryBuffer[] inputBuffers = PlaceInputs(machine, call);
        for (int i = 0; i < inputBuffers.Length; i++)
        {
            inputs[i].Bytes.CopyTo(inputBuffers[i].Bytes);
        }

        MemoryBuffer output = machine.System.Allocate(call.Output.Name, call.Output.LengthBytes);
        output.Bytes.Fill(programs.Machine.PoisonByte);
        prepared.Run(machine, inputBuffers, output, reader: reader);
        return new DspResult(Tensor.FromBytes(call.Output.Shape, call.Output.ElementType, output.Bytes), prepared.Program.Plan);
    }

    /// <summary>Shows what the program of a call does to observers, without bytes and without arithmetic.</summary>
    /// <param name="programs">The programs, and the machine.</param>
    /// <param name="call">The operator.</param>
    /// <param name="arithmetic">What a run noted of its arithmetic; null for nothing.</param>
    /// <param name="stopped">Whether a fault stopped that run; the walk stops there too.</param>
    /// <param name="observers">Who sees what the program does.</param>
    /// <exception cref="HardwareFaultException">The program breaks a rule of the machine, or the run did.</exception>
    public static void Walk(PreparedPrograms programs, OperatorCall call, ArithmeticRecorder? arithmetic, bool stopped, params MachineObserver[] observers) =>
        Walk(programs, call, arithmetic, stopped, null, observers);

    /// <summary>Shows what the program of a call does to observers and to somebody who reads along, without bytes and without arithmetic.</summary>
    /// <param name="programs">The programs, and the machine.</param>
    /// <param name="call">The operator.</param>
    /// <param name="arithmetic">What a run noted of its arithmetic; null for nothing.</param>
    /// <param name="stopped">Whether a fault stopped that run; the walk stops there too.</param>
    /// <param name="reader">Told of every instruction; null for nobody.</param>
    /// <param name="observers">Who sees what the program does.</param>
    /// <exception cref="HardwareFaultException">The program breaks a rule of the machine, or the run did.</exception>
    public static void Walk(
        PreparedPrograms programs, OperatorCall call, ArithmeticRecorder? arithmetic, bool stopped, IInstructionReader? reader, params MachineObserver[] observers)
    {
        ArgumentNullException.ThrowIfNull(programs);
        ArgumentNullException.ThrowIfNull(call);
        PreparedCall prepared = programs.Of(call);
        var system = new SystemMemory(SystemBytes(call, prepared), programs.Machine, hasBytes: false);
        using var machine = new DspMachine(programs.Machine, system, new LandAtWait(), null, observers);
        MemoryBuffer[] inputs = PlaceInputs(machine, call);
        MemoryBuffer output = machine.System.Allocate(call.Output.Name, call.Output.LengthBytes);
        prepared.Run(machine, inputs, output, new RecordedArithmetic(arithmetic, stopped), reader: reader);
    }

    private static MemoryBuffer[] PlaceInputs(DspMachine machine, OperatorCall call) =>
        [.. call.Inputs.Select(value => machine.System.Allocate(value.Name, value.LengthBytes))];

    private static int SystemBytes(OperatorCall call, PreparedCall prepared) => checked(
        call.Inputs.Sum(static value => SystemMemory.RoundUpToLine(value.LengthBytes))
        + SystemMemory.RoundUpToLine(call.Output.LengthBytes)
        + prepared.ConstantBytes
        + prepared.ScratchBytes);
}
