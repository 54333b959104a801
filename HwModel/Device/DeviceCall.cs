using System.Collections.Immutable;
using System.Runtime.InteropServices;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Programs;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Operators.Requantizing;

namespace TileProof.HwModel.Device;

/// <summary>One call of an entry: its tensors, and the numbers that its struct holds.</summary>
public sealed class DeviceCall
{
    private readonly Func<uint[], int[]> parameters;

    private DeviceCall(OperatorKind kind, string layer, int batch, ImmutableArray<DeviceTensor> tensors, Func<uint[], int[]> parameters)
    {
        Kind = kind;
        Layer = layer;
        Batch = batch;
        Tensors = tensors;
        this.parameters = parameters;
    }

    /// <summary>The operator.</summary>
    public OperatorKind Kind { get; }

    /// <summary>The layer key.</summary>
    public string Layer { get; }

    /// <summary>N, images.</summary>
    public int Batch { get; }

    /// <summary>The tensors, the output last.</summary>
    public ImmutableArray<DeviceTensor> Tensors { get; }

    /// <summary>The plan of a convolution; null for other operators.</summary>
    public Conv2dTilePlan? Plan { get; private init; }

    /// <summary>Who does the driver's part.</summary>
    public DeviceDriver Driver { get; private init; }

    /// <summary>The bank sizes of the layer table, for a program that was compiled for any machine; null for those of the machine.</summary>
    public BankBytes? TableBanks { get; set; }

    /// <summary>What the row of the layer table says, for a program that was compiled for any machine: whether there are tiles, then the integers of the published struct in order, without those that the driver fills.</summary>
    internal ImmutableArray<int> TableRow { get; private init; } = [];

    /// <summary>The call of a convolution.</summary>
    /// <param name="plan">Tiles or the cache path.</param>
    /// <param name="weights">int8 <c>[OC, C, KH, KW]</c>.</param>
    /// <param name="kernel">The integers that the kernel receives.</param>
    /// <param name="input">int8 <c>[N, C, H, W]</c>.</param>
    /// <param name="poison">What the output holds before.</param>
    public static DeviceCall Convolution(Conv2dTilePlan plan, ReadOnlySpan<sbyte> weights, Requantization kernel, Tensor input, byte poison)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(kernel);
        ArgumentNullException.ThrowIfNull(input);
        List<DeviceTensor> constants = [Tensor("weights", BufferRole.Coefficients, weights), Tensor<int>("kernel biases", BufferRole.Bias, kernel.KernelBias)];
        if (kernel.IsPerChannel)
        {
            constants.Add(Tensor<ushort>("output scales", BufferRole.Scales, kernel.OutputScales));
        }

        return OfConvolution(plan, input, constants, poison, DeviceDriver.TileProof, addresses =>
        [
            kernel.InputZeroPoint, kernel.AccumulatorShift, kernel.OutputShift, kernel.OutputScales[0], kernel.ClampMinimum, kernel.ClampMaximum,
            (int)addresses[0], (int)addresses[1], (int)addresses[2], kernel.IsPerChannel ? (int)addresses[3] : 0, (int)addresses[^1],
            0, 0, 0, 0, 0,
        ]);
    }

    /// <summary>The call of a convolution whose driver is the user's own: biases and scales are those of the model.</summary>
    /// <param name="plan">Tiles or the cache path, for the layer table.</param>
    /// <param name="call">The operator.</param>
    /// <param name="input">int8 <c>[N, C, H, W]</c>.</param>
    /// <param name="poison">What the output holds before.</param>
    public static DeviceCall OperatorConvolution(Conv2dTilePlan plan, Conv2dCall call, Tensor input, byte poison)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(call);
        ArgumentNullException.ThrowIfNull(input);
        QuantizationParameters inputScale = call.Input.RequiredQuantization;
        QuantizationParameters outputScale = call.Output.RequiredQuantization;
        DeviceTensor[] constants =
        [
            Tensor<sbyte>("weights", BufferRole.Coefficients, call.Weights),
            Tensor<int>("biases", BufferRole.Bias, call.Bias),
            Tensor<float>("bias scales", BufferRole.Scales, call.BiasScales),
        ];
        return OfConvolution(plan, input, constants, poison, DeviceDriver.User, addresses =>
        [
            inputScale.ZeroPoint, 0, 0, 0, sbyte.MinValue, sbyte.MaxValue,
            (int)addresses[0], (int)addresses[1], (int)addresses[2], 0, (int)addresses[^1],
            (int)addresses[3], call.BiasScales.Length, BitConverter.SingleToInt32Bits(inputScale.Scale), BitConverter.SingleToInt32Bits(outputScale.Scale), outputScale.ZeroPoint,
        ]);
    }

    /// <summary>The call of another operator.</summary>
    /// <param name="call">The operator.</param>
    /// <param name="inputs">One tensor an input.</param>
    /// <param name="poison">What the output holds before.</param>
    /// <param name="pooling">The row of the layer table of a max pooling, for a program that was compiled for any machine.</param>
    /// <exception cref="NotSupportedException">Device programs have no entry of the kind.</exception>
    public static DeviceCall Of(OperatorCall call, IReadOnlyList<Tensor> inputs, byte poison, MaxPoolTilePlan? pooling = null)
    {
        ArgumentNullException.ThrowIfNull(call);
        ArgumentNullException.ThrowIfNull(inputs);
        List<DeviceTensor> tensors = [.. inputs.Select((input, i) => new DeviceTensor(inputs.Count == 1 ? "input" : $"input {i}", BufferRole.Input, input.Bytes.ToArray()))];
        if (call is QuantizedLinearCall weighted)
        {
            tensors.Add(Tensor<sbyte>("weights", BufferRole.Coefficients, weighted.Weights));
            tensors.Add(Tensor<int>("biases", BufferRole.Bias, weighted.Bias));
        }

        tensors.Add(Output(call.Output.LengthBytes, poison));
        TensorShape inShape = call.Inputs[0].Shape;
        int elements = call.Output.Shape.ElementCount;
        Func<uint[], int[]> parameters = call switch
        {
            MaxPool2dCall pool when pool.Shape.IsUniform && pool.Input.ElementType == ElementType.Float32 => a =>
            [
                inShape.Batch, (int)a[0], (int)a[1], inShape.Channels, inShape.Height, inShape.Width, pool.Shape.OutHeight, pool.Shape.OutWidth,
                pool.Shape.KernelHeight, pool.Shape.KernelWidth, pool.Shape.Stride, pool.Shape.Padding,
            ],
            MeanCall => a => [inShape.Batch, (int)a[0], (int)a[1], inShape.Channels, inShape.Height, inShape.Width],
            QuantizePerTensorCall => a => [(int)a[0], (int)a[1], elements, call.Output.RequiredQuantization.ZeroPoint, .. Halves(call.Output.RequiredQuantization.Scale)],
            DequantizePerTensorCall => a => [(int)a[0], (int)a[1], elements, call.Inputs[0].RequiredQuantization.ZeroPoint, .. Halves(call.Inputs[0].RequiredQuantization.Scale)],
            QuantizedReluCall relu => a =>
            [
                (int)a[0], (int)a[1], elements, call.Inputs[0].RequiredQuantization.ZeroPoint, call.Output.RequiredQuantization.ZeroPoint, relu.OutputMultiplier, relu.OutputShift,
            ],
            QuantizedLinearCall linear => a =>
            [
                (int)a[0], (int)a[1], (int)a[2], (int)a[3], inShape.Batch, linear.InputFeatures, linear.OutputFeatures, call.Inputs[0].RequiredQuantization.ZeroPoint,
                linear.WeightZeroPoint, call.Output.RequiredQuantization.ZeroPoint, linear.OutputMultiplier, linear.OutputShift,
            ],
            AddCall => a => [(int)a[0], (int)a[1], (int)a[2], elements],
            SoftmaxCall => a => [(int)a[0], (int)a[1], call.Output.Shape.Batch, call.Output.Shape.ImageElementCount],
            _ => throw new NotSupportedException($"Device programs have no entry for {call.Kind}."),
        };
        return new DeviceCall(call.Kind, call.LayerKey, inShape.Batch, [.. tensors], parameters)
        {
            TableRow = pooling is null ? [] : [1, .. PublishedMaxPoolConfig.NumberFields(pooling).Select(static field => field.Value)],
        };
    }

    internal int[] ParametersAt(uint[] addresses) => parameters(addresses);

    private static DeviceCall OfConvolution(
        Conv2dTilePlan plan, Tensor input, IEnumerable<DeviceTensor> constants, byte poison, DeviceDriver driver, Func<uint[], int[]> kernelParameters)
    {
        Conv2dShape s = plan.Shape;
        int batch = input.Shape.Batch;
        ImmutableArray<DeviceTensor> tensors =
        [
            new("input", BufferRole.Input, input.Bytes.ToArray()), .. constants, Output(batch * s.OutChannels * s.OutHeight * s.OutWidth, poison),
        ];
        return new DeviceCall(OperatorKind.Conv2d, s.ConfigKey, batch, tensors, Parameters) { Plan = plan, Driver = driver, TableRow = RowOf(plan) };
        int[] Parameters(uint[] addresses) =>
        [
            batch, s.InChannels, s.InHeight, s.InWidth, s.OutChannels, s.KernelHeight, s.KernelWidth, s.OutHeight, s.OutWidth, s.Stride, s.Padding, s.Dilation,
            .. kernelParameters(addresses),
        ];
    }

    private static ImmutableArray<int> RowOf(Conv2dTilePlan plan) =>
    [
        plan.Mode == ExecutionMode.Dma ? 1 : 0,
        .. PublishedConvConfig.NumberFields(plan).TakeWhile(static field => field.Key != "accum_shift").Select(static field => field.Value),
    ];

    private static DeviceTensor Tensor<T>(string name, BufferRole role, ReadOnlySpan<T> values)
        where T : unmanaged => new(name, role, MemoryMarshal.AsBytes(values).ToArray());

    private static DeviceTensor Output(int lengthBytes, byte poison)
    {
        var bytes = new byte[lengthBytes];
        bytes.AsSpan().Fill(poison);
        return new DeviceTensor("output", BufferRole.Output, bytes);
    }

    private static int[] Halves(double value)
    {
        long bits = BitConverter.DoubleToInt64Bits(value);
        return [unchecked((int)bits), (int)(bits >> 32)];
    }
}
