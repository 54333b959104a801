using System.Buffers.Binary;
using TileProof.Golden.Export.Pte;
using TileProof.Golden.Import;
using TileProof.Golden.Import.Pte;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Tests.Support;

namespace TileProof.Tests.Import;

/// <summary>Programs written by our own writer, read back, and files that break the format.</summary>
public sealed class PteModelTests
{
    private static readonly byte[] Sample = PteModelWriter.Write(SampleNetwork.Create());

    [Theory]
    [InlineData(1, false)]
    [InlineData(1, true)]
    [InlineData(3, false)]
    public void Read_WrittenNetwork_SameCalls(int batch, bool perChannel)
    {
        Network network = SampleNetwork.Create(batch, perChannel);
        Network read = PteModel.Read("sample.pte", PteModelWriter.Write(network));
        Assert.Equal(NetworkText.Of(network, withNames: false), NetworkText.Of(read, withNames: false));
        Assert.All(read.Convolutions, static conv => Assert.Null(conv.StatedBiasScales));
    }

    [Fact]
    public void Read_WrittenNetwork_EveryCallGivesTheSameBytes()
    {
        Network network = SampleNetwork.Create();
        Network read = PteModel.Read("sample.pte", Sample);
        Tensor image = SampleNetwork.Images(network.Input.Shape);
        Assert.Equal(NetworkRun.Hashes(network, image), NetworkRun.Hashes(read, image));
    }

    [Fact]
    public void Read_BiasScaleThatIsNoProduct_KeptAsStated()
    {
        Network network = SampleNetwork.Create();
        Conv2dCall conv = network.Convolutions.First();
        float odd = Enumerable.Range(0, 64)
            .Select(step => BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(conv.BiasScales[0]) + step))
            .First(product => !HasFactor(product, conv.Input.RequiredQuantization.Scale));
        OperatorCall[] calls = [.. network.Calls.Select(call => call == conv ? conv with { StatedBiasScales = [odd] } : call)];
        Network read = PteModel.Read("sample.pte", PteModelWriter.Write(new Network(network.Name, network.Input, calls)));
        Assert.Equal([odd], read.Convolutions.First().BiasScales);
    }

    [Fact]
    public void Read_Identifier13AndNoExtendedHeader_ReadsUpToTheConstants()
    {
        byte[] file = [.. Sample];
        file[7] = (byte)'3';
        Assert.Equal(NetworkText.Of(PteModel.Read("a.pte", Sample)), NetworkText.Of(PteModel.Read("a.pte", file)));
        file[8] = (byte)'x';
        AssertFault(file, "constant");
    }

    [Fact]
    public void Read_OtherIdentifier_SaysWhatIsExpected()
    {
        byte[] file = [.. Sample];
        file[5] = (byte)'X';
        AssertFault(file, "ET12 or ET13");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(7)]
    public void Read_FewBytes_Refused(int length) => AssertFault(Sample[..length], "expected an ExecuTorch program");

    [Fact]
    public void Read_EveryTruncation_RefusedWithAPlace()
    {
        for (int length = 0; length < Sample.Length; length += 97)
        {
            ModelFormatException exception = Assert.Throws<ModelFormatException>(() => PteModel.Read("a.pte", Sample.AsMemory(0, length)));
            Assert.NotEmpty(exception.Place);
        }
    }

    [Fact]
    public void Read_VectorThatClaimsTwoGibibytes_RefusedWithoutAllocatingIt()
    {
        byte[] file = Sample[..1024];
        BinaryPrimitives.WriteUInt64LittleEndian(file.AsSpan(16), 1024);
        BinaryPrimitives.WriteUInt64LittleEndian(file.AsSpan(24), 1024);
        int program = (int)BinaryPrimitives.ReadUInt32LittleEndian(file);
        int vtable = program - BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(program));
        int planField = program + BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(vtable + 6));
        int plans = planField + (int)BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(planField));
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(plans), 0x7FFFFFFF);
        long before = GC.GetAllocatedBytesForCurrentThread();
        AssertFault(file, "claims 2147483647 elements");
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void Read_UnknownOperator_NamesItAndTheNearestForm() =>
        AssertFault(ReplaceText("cadence::quantized_relu", "cadence::quantized_gelu"), "quantized_gelu", "nearest supported form");

    [Fact]
    public void Read_MissingFile_OneLine()
    {
        ModelFormatException exception = Assert.Throws<ModelFormatException>(() => PteModel.Read("no-such-file.pte"));
        Assert.Equal("no-such-file.pte: file: cannot be read: it does not exist", exception.Message);
    }

    private static bool HasFactor(float product, float factor) => Enumerable.Range(-2, 5)
        .Any(step => BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(product / factor) + step) * factor == product);

    private static byte[] ReplaceText(string from, string to)
    {
        byte[] file = [.. Sample];
        int position = file.AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(from));
        System.Text.Encoding.UTF8.GetBytes(to).CopyTo(file, position);
        return file;
    }

    private static void AssertFault(byte[] file, params string[] parts)
    {
        ModelFormatException exception = Assert.Throws<ModelFormatException>(() => PteModel.Read("a.pte", file));
        Assert.StartsWith("a.pte: ", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', exception.Message);
        Assert.All(parts, part => Assert.Contains(part, exception.Message, StringComparison.Ordinal));
    }
}
