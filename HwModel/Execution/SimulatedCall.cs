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
    /// <param name="interceptor">Changes what the program asks of the machine; null for nothing.</param>
    /// <param name="reader">Told of every instruction that was executed; null for nobody.</param>
    /// <param name="observers">Who sees what the program does.</param>
    /// <exception cref="ArgumentException">The inputs do not match the call.</exception>
    /// <exception cref="HardwareFaultException">The program breaks a rule of the machine.</exception>
    public static DspResult Run(
        PreparedPrograms programs,
        OperatorCall call,
        IReadOnlyList<Tensor> inputs,
        LandingPolicy landing,
        MachineInterceptor? interceptor = null,
        IInstructionReader? reader = null,
        params MachineObserver[] observers)
    {
        ArgumentNullException.ThrowIfNull(programs);
        ArgumentNullException.ThrowIfNull(call);
        ArgumentNullException.ThrowIfNull(inputs);
        CallTensors.Require(call, inputs);
        PreparedCall prepared = programs.Of(call);
        Tensor output = Run(prepared, programs.Machine, landing, interceptor, [.. call.Inputs.Zip(inputs, static (value, tensor) => (value.Name, tensor))], call.Output, null, reader, observers);
        return new DspResult(output, prepared.Program.Plan);
    }

    /// <summary>Runs a prepared call on a machine of its own.</summary>
    /// <param name="prepared">The call.</param>
    /// <param name="configuration">The machine.</param>
    /// <param name="landing">When transfers move their bytes.</param>
    /// <param name="interceptor">Changes what the program asks of the machine; null for nothing.</param>
    /// <param name="inputs">The inputs with their names.</param>
    /// <param name="output">Name, shape and type of the output.</param>
    /// <param name="outputBefore">What the output tensor holds before; null for the poison of the machine.</param>
    /// <param name="reader">Told of every instruction that was executed; null for nobody.</param>
    /// <param name="observers">Who sees what the program does.</param>
    internal static Tensor Run(
        PreparedCall prepared,
        DspConfiguration configuration,
        LandingPolicy landing,
        MachineInterceptor? interceptor,
        IReadOnlyList<(string Name, Tensor Value)> inputs,
        TensorInfo output,
        byte? outputBefore,
        IInstructionReader? reader,
        MachineObserver[] observers)
    {
        using var machine = new DspMachine(configuration, SystemBytes(inputs.Select(static input => input.Value.Bytes.Length), output, prepared), landing, interceptor, observers);
        var inputBuffers = new MemoryBuffer[inputs.Count];
        for (int i = 0; i < inputBuffers.Length; i++)
        {
            ReadOnlySpan<byte> bytes = inputs[i].Value.Bytes;
            inputBuffers[i] = machine.System.Allocate(inputs[i].Name, bytes.Length);
            bytes.CopyTo(inputBuffers[i].Bytes);
        }

        MemoryBuffer outputBuffer = machine.System.Allocate(output.Name, output.LengthBytes);
        outputBuffer.Bytes.Fill(outputBefore ?? configuration.PoisonByte);
        prepared.Run(machine, inputBuffers, null, outputBuffer, null, reader);
        return Tensor.FromBytes(output.Shape, output.ElementType, outputBuffer.Bytes);
    }

    /// <summary>Shows what the program of a call does to observers, and to somebody who reads along, without bytes and without arithmetic.</summary>
    /// <param name="programs">The programs, and the machine.</param>
    /// <param name="call">The operator.</param>
    /// <param name="arithmetic">What a run noted of its arithmetic; null for nothing.</param>
    /// <param name="stopped">Whether a fault stopped that run; the walk stops there too.</param>
    /// <param name="reader">Told of every instruction; null for nobody.</param>
    /// <param name="observers">Who sees what the program does.</param>
    /// <exception cref="HardwareFaultException">The program breaks a rule of the machine, or the run did.</exception>
    public static void Walk(
        PreparedPrograms programs, OperatorCall call, ArithmeticRecorder? arithmetic, bool stopped, IInstructionReader? reader = null, params MachineObserver[] observers)
    {
        ArgumentNullException.ThrowIfNull(programs);
        ArgumentNullException.ThrowIfNull(call);
        PreparedCall prepared = programs.Of(call);
        var system = new SystemMemory(SystemBytes(call.Inputs.Select(static value => value.LengthBytes), call.Output, prepared), programs.Machine, hasBytes: false);
        using var machine = new DspMachine(programs.Machine, system, new LandAtWait(), null, observers);
        MemoryBuffer[] inputs = [.. call.Inputs.Select(value => machine.System.Allocate(value.Name, value.LengthBytes))];
        MemoryBuffer output = machine.System.Allocate(call.Output.Name, call.Output.LengthBytes);
        prepared.Run(machine, inputs, null, output, new RecordedArithmetic(arithmetic, stopped), reader);
    }

    private static int SystemBytes(IEnumerable<int> inputBytes, TensorInfo output, PreparedCall prepared) => checked(
        inputBytes.Sum(SystemMemory.RoundUpToLine) + SystemMemory.RoundUpToLine(output.LengthBytes) + prepared.ConstantBytes + prepared.ScratchBytes);
}
