using System.Buffers.Binary;
using System.Globalization;

namespace TileProof.Golden.Import.Pte;

/// <summary>Reads the execution plan and the constants of an ExecuTorch program (public schema <c>program.fbs</c>).</summary>
/// <remarks>
/// The file starts with a root offset and the identifier ET12 or ET13; an extended header <c>eh00</c> at byte 8 states the size of the
/// program and where its data segments start. Constants lie in the segment named by <c>constant_segment</c>, or, in older files,
/// in <c>constant_buffer</c>. Delegated parts become calls that have no counterpart: their contents belong to another runtime.
/// </remarks>
internal sealed class PteProgramReader
{
    private const int IdentifierPosition = 4;
    private const int ExtendedHeaderPosition = 8;
    private const int SmallestExtendedHeaderBytes = 24;
    private const int MaximumEntries = 1 << 20;
    private const int MaximumRank = 8;
    private const int MaximumListLength = 1024;
    private const int MostNames = 8;

    /// <summary>The name that exporters give the only method.</summary>
    internal const string DefaultMethod = "forward";


    private readonly string path;
    private readonly ReadOnlyMemory<byte> file;
    private FlatTable program;
    private ulong segmentBase;

    private PteProgramReader(string path, ReadOnlyMemory<byte> file)
    {
        this.path = path;
        this.file = file;
    }

    /// <summary>Reads the only execution plan, or that of the method <c>forward</c>.</summary>
    /// <exception cref="ModelFormatException">The file breaks the format, or holds what this reader does not take.</exception>
    public static PtePlan Read(string path, ReadOnlyMemory<byte> file) => new PteProgramReader(path, file).ReadProgram();

    private PtePlan ReadProgram()
    {
        ulong programBytes = ReadHeader();
        program = new FlatBuffer(path, file[..(int)programBytes]).Root("program");
        FlatVector plans = program.Vector(1, sizeof(uint), MaximumEntries, "execution_plan");
        if (plans.Count <= 1)
        {
            return plans.Count > 0 ? ReadPlan(plans.Table(0)) : throw Fault("program", "has no execution plan");
        }

        var names = new List<string>();
        for (int i = 0; i < plans.Count; i++)
        {
            names.Add(plans.Table(i).Text(0, "name") ?? string.Empty);
        }

        int forward = names.IndexOf(DefaultMethod);
        return forward >= 0
            ? ReadPlan(plans.Table(forward))
            : throw Fault("program", Text($"has the methods {string.Join(", ", names.Take(MostNames))}{(names.Count > MostNames ? ", ..." : "")}; nearest supported form: one method, or one called '{DefaultMethod}'"));
    }

    private ulong ReadHeader()
    {
        ReadOnlySpan<byte> bytes = file.Span;
        if (bytes.Length < ExtendedHeaderPosition || (!IdentifierIs(bytes, "ET12"u8) && !IdentifierIs(bytes, "ET13"u8)))
        {
            throw Fault("file identifier", "is not ET12 or ET13, expected an ExecuTorch program");
        }

        ulong fileBytes = (ulong)bytes.Length;
        if (bytes.Length < ExtendedHeaderPosition + SmallestExtendedHeaderBytes || !bytes.Slice(ExtendedHeaderPosition, 4).SequenceEqual("eh00"u8))
        {
            return fileBytes;
        }

        ReadOnlySpan<byte> header = bytes[ExtendedHeaderPosition..];
        uint headerBytes = BinaryPrimitives.ReadUInt32LittleEndian(header[4..]);
        ulong programBytes = BinaryPrimitives.ReadUInt64LittleEndian(header[8..]);
        segmentBase = BinaryPrimitives.ReadUInt64LittleEndian(header[16..]);
        if (headerBytes < SmallestExtendedHeaderBytes || programBytes > fileBytes || segmentBase > fileBytes)
        {
            throw Fault("extended header", Text(
                $"claims {headerBytes} header bytes, a program of {programBytes} bytes and segments from byte {segmentBase}, but the file has {fileBytes} bytes"));
        }

        return programBytes;
    }

    private static bool IdentifierIs(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> identifier) =>
        bytes.Slice(IdentifierPosition, identifier.Length).SequenceEqual(identifier);

    private PtePlan ReadPlan(FlatTable plan)
    {
        FlatVector valueTables = plan.Vector(2, sizeof(uint), MaximumEntries, "values");
        var values = new List<PteValue>();
        for (int i = 0; i < valueTables.Count; i++)
        {
            values.Add(ReadValue(valueTables.Table(i)));
        }

        FlatVector operatorTables = plan.Vector(6, sizeof(uint), MaximumEntries, "operators");
        var operators = new List<(string Name, string Overload)>();
        for (int i = 0; i < operatorTables.Count; i++)
        {
            FlatTable entry = operatorTables.Table(i);
            operators.Add((entry.Text(0, "name") ?? throw Fault(entry.Name, "has no name"), entry.Text(1, "overload") ?? string.Empty));
        }

        FlatVector delegateTables = plan.Vector(7, sizeof(uint), MaximumEntries, "delegates");
        var delegates = new List<string>();
        for (int i = 0; i < delegateTables.Count; i++)
        {
            delegates.Add(delegateTables.Table(i).Text(0, "id") ?? string.Empty);
        }

        FlatVector chains = plan.Vector(5, sizeof(uint), MaximumEntries, "chains");
        if (chains.Count != 1)
        {
            throw Fault("chains", Text($"the plan has {chains.Count} chains, expected 1"));
        }

        return new PtePlan(
            plan.Text(0, "name") is { Length: > 0 } name ? name : "program",
            values,
            plan.Vector(3, sizeof(int), MaximumEntries, "inputs").ToInt32Array(),
            plan.Vector(4, sizeof(int), MaximumEntries, "outputs").ToInt32Array(),
            ReadCalls(chains.Table(0), operators, delegates));
    }

    private List<PteKernelCall> ReadCalls(FlatTable chain, List<(string Name, string Overload)> operators, List<string> delegates)
    {
        const int kernelCall = 1;
        const int delegateCall = 2;
        const int moveCall = 3;
        const int jumpCall = 4;
        const int freeCall = 5;
        FlatVector instructions = chain.Vector(2, sizeof(uint), MaximumEntries, "instructions");
        var calls = new List<PteKernelCall>();
        for (int i = 0; i < instructions.Count; i++)
        {
            FlatTable instruction = instructions.Table(i);
            int kind = instruction.UInt8(0);
            if (kind == freeCall)
            {
                continue;
            }

            if (kind == delegateCall)
            {
                FlatTable delegated = instruction.Table(1, "delegate call");
                int delegateIndex = delegated.Int32(0);
                string backend = (uint)delegateIndex < (uint)delegates.Count ? delegates[delegateIndex] : throw Fault(instruction.Name, Text($"names delegate {delegateIndex} of {delegates.Count}"));
                calls.Add(new PteKernelCall(i, backend, string.Empty, delegated.Vector(1, sizeof(int), MaximumListLength, "args").ToInt32Array()) { IsDelegate = true });
                continue;
            }

            if (kind is moveCall or jumpCall)
            {
                calls.Add(new PteKernelCall(i, kind == moveCall ? "move" : "jump", string.Empty, []) { IsControlFlow = true });
                continue;
            }

            if (kind != kernelCall)
            {
                throw Fault(instruction.Name, Text($"is of kind {kind}, expected 1 (kernel call), 2 (delegate), 3 (move), 4 (jump) or 5 (free)"));
            }

            FlatTable call = instruction.Table(1, "kernel call");
            int operatorIndex = call.Int32(0);
            if ((uint)operatorIndex >= (uint)operators.Count)
            {
                throw Fault(instruction.Name, Text($"names operator {operatorIndex} of {operators.Count}"));
            }

            calls.Add(new PteKernelCall(
                i, operators[operatorIndex].Name, operators[operatorIndex].Overload, call.Vector(1, sizeof(int), MaximumListLength, "args").ToInt32Array()));
        }

        return calls;
    }

    private PteValue ReadValue(FlatTable entry) => entry.UInt8(0) switch
    {
        2 => new PteValue.Int(entry.Table(1, "Int").Int64(0)),
        3 => new PteValue.Bool(entry.Table(1, "Bool").UInt8(0) != 0),
        4 => new PteValue.Double(entry.Table(1, "Double").Float64(0)),
        5 => ReadTensor(entry.Table(1, $"{entry.Name} tensor")),
        10 => new PteValue.TensorList(entry.Table(1, "TensorList").Vector(0, sizeof(int), MaximumListLength, "items").ToInt32Array()),
        7 => new PteValue.IntList(entry.Table(1, "IntList").Vector(0, sizeof(long), MaximumListLength, "items").ToInt64Array()),
        11 => new PteValue.TensorList(entry.Table(1, "OptionalTensorList").Vector(0, sizeof(int), MaximumListLength, "items").ToInt32Array()),
        0 or 1 => new PteValue.None(),
        _ => new PteValue.Other(),
    };

    private PteValue.Tensor ReadTensor(FlatTable tensor)
    {
        var elementType = (PteScalarType)tensor.UInt8(0);
        int[] sizes = tensor.Vector(2, sizeof(int), MaximumRank, "sizes").ToInt32Array();
        byte[] dimensionOrder = tensor.Vector(3, sizeof(byte), MaximumRank, "dim_order").Bytes.ToArray();
        if (dimensionOrder.Length > 0 && !dimensionOrder.Order().SequenceEqual(Enumerable.Range(0, sizes.Length).Select(static axis => (byte)axis)))
        {
            throw Fault(tensor.Name, Text($"has the dim_order [{string.Join(", ", dimensionOrder)}] of {sizes.Length} dimensions; expected each of them once"));
        }

        uint bufferIndex = tensor.UInt32(5);
        bool isConstant = bufferIndex > 0 && !tensor.Has(6);
        if (ProblemOf(tensor, elementType, isConstant) is { } problem)
        {
            return new PteValue.Tensor(elementType, sizes, null) { Problem = problem };
        }

        ReadOnlyMemory<byte>? data = null;
        if (isConstant)
        {
            data = InOrder(ReadConstant(tensor.Name, bufferIndex, ByteCount(tensor.Name, elementType, sizes)), sizes, dimensionOrder);
        }

        return new PteValue.Tensor(elementType, sizes, data);
    }

    private static string? ProblemOf(FlatTable tensor, PteScalarType elementType, bool isConstant)
    {
        const int isUnbounded = 2;
        const int isExternal = 1;
        if (tensor.Has(9) && tensor.Table(9, "extra_tensor_info") is var extra && extra.UInt8(2) == isExternal)
        {
            return $"has its data outside the program, as '{extra.Text(1, "fully_qualified_name")}' of a .ptd file; nearest supported form: a program exported without external weights";
        }

        return tensor switch
        {
            _ when tensor.UInt8(8) == isUnbounded => "has a shape that only a run knows; nearest supported form: a program exported with fixed or bounded shapes",
            _ when tensor.Int32(1) != 0 => Text($"has the storage offset {tensor.Int32(1)}, expected 0"),
            _ when isConstant && !Enum.IsDefined(elementType) => Text(
                $"has the element type {(int)elementType}{NameOf((int)elementType)}, expected uint8, int8, int16, int32, int64, float32, float64 or bool"),
            _ => null,
        };
    }

    private static string NameOf(int scalarType) => scalarType switch
    {
        5 => " (float16)",
        15 => " (bfloat16)",
        27 => " (uint16)",
        28 => " (uint32)",
        29 => " (uint64)",
        _ => string.Empty,
    };

    /// <summary>The elements with the first dimension outermost, whatever the order in which they are stored. That of other values than constants changes no number.</summary>
    private static ReadOnlyMemory<byte> InOrder(ReadOnlyMemory<byte> stored, int[] sizes, byte[] dimensionOrder)
    {
        if (stored.IsEmpty || dimensionOrder.AsSpan().SequenceEqual(dimensionOrder.Order().ToArray()))
        {
            return stored;
        }

        var strides = new int[sizes.Length];
        int elements = 1;
        for (int i = sizes.Length - 1; i >= 0; i--)
        {
            strides[dimensionOrder[i]] = elements;
            elements *= sizes[dimensionOrder[i]];
        }

        int elementBytes = stored.Length / elements;
        var ordered = new byte[stored.Length];
        for (int element = 0; element < elements; element++)
        {
            int rest = element;
            int source = 0;
            for (int axis = sizes.Length - 1; axis >= 0; axis--)
            {
                (rest, int index) = Math.DivRem(rest, sizes[axis]);
                source += index * strides[axis];
            }

            stored.Span.Slice(source * elementBytes, elementBytes).CopyTo(ordered.AsSpan(element * elementBytes));
        }

        return ordered;
    }

    private long ByteCount(string place, PteScalarType elementType, int[] sizes)
    {
        long bytes = elementType switch
        {
            PteScalarType.UInt8 or PteScalarType.Int8 or PteScalarType.Bool => sizeof(byte),
            PteScalarType.Int16 => sizeof(short),
            PteScalarType.Int32 or PteScalarType.Float32 => sizeof(int),
            PteScalarType.Int64 or PteScalarType.Float64 => sizeof(long),
            _ => throw Fault(place, Text($"has the element type {(int)elementType}, expected uint8, int8, int16, int32, int64, float32, float64 or bool")),
        };
        foreach (int size in sizes)
        {
            if (size < 0 || (size > 0 && bytes > file.Length / size))
            {
                throw Fault(place, Text($"[{string.Join(", ", sizes)}] takes more bytes than the file has ({file.Length})"));
            }

            bytes *= size;
        }

        return bytes;
    }

    private ReadOnlyMemory<byte> ReadConstant(string place, uint bufferIndex, long byteCount)
    {
        FlatVector inlineBuffers = program.Vector(2, sizeof(uint), MaximumEntries, "constant_buffer");
        if (inlineBuffers.Count > 0)
        {
            if (bufferIndex >= inlineBuffers.Count)
            {
                throw Fault(place, Text($"names constant {bufferIndex} of {inlineBuffers.Count}"));
            }

            FlatVector storage = inlineBuffers.Table((int)bufferIndex).Vector(0, sizeof(byte), int.MaxValue, "storage");
            return storage.Count >= byteCount ? storage.Memory[..(int)byteCount] : throw TooShort(place, byteCount, storage.Count);
        }

        if (segmentBase == 0)
        {
            throw Fault(place, "is a constant in a data segment, but the file has no extended header that says where segments start");
        }

        FlatTable constantSegment = program.Table(5, "constant_segment");
        FlatVector offsets = constantSegment.Vector(1, sizeof(ulong), MaximumEntries, "offsets");
        FlatVector segments = program.Vector(4, sizeof(uint), MaximumEntries, "segments");
        uint segmentIndex = constantSegment.UInt32(0);
        if (bufferIndex >= offsets.Count || segmentIndex >= segments.Count)
        {
            throw Fault(place, Text($"names constant {bufferIndex} of {offsets.Count} in segment {segmentIndex} of {segments.Count}"));
        }

        FlatTable segment = segments.Table((int)segmentIndex);
        ulong available = (ulong)file.Length - segmentBase;
        ulong segmentOffset = segment.UInt64(0);
        ulong segmentBytes = segment.UInt64(1);
        ulong offset = BinaryPrimitives.ReadUInt64LittleEndian(offsets.Bytes[((int)bufferIndex * sizeof(ulong))..]);
        if (segmentOffset > available || segmentBytes > available - segmentOffset)
        {
            throw Fault(segment.Name, Text($"takes {segmentBytes} bytes from byte {segmentOffset}, but only {available} follow the program"));
        }

        if (offset > segmentBytes || (ulong)byteCount > segmentBytes - offset)
        {
            throw TooShort(place, byteCount, offset > segmentBytes ? 0 : (long)(segmentBytes - offset));
        }

        return file.Slice((int)(segmentBase + segmentOffset + offset), (int)byteCount);
    }

    private ModelFormatException TooShort(string place, long expectedBytes, long actualBytes) =>
        Fault(place, Text($"takes {expectedBytes} bytes of data, but {actualBytes} are there"));

    private ModelFormatException Fault(string place, string problem) => new(path, place, problem);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
