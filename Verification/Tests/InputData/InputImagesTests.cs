using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Runtime.InteropServices;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;
using TileProof.Operators;
using TileProof.Tests.Support;
using TileProof.Verification.Export;
using TileProof.Verification.InputData;
using TileProof.Verification.Vectors;

namespace TileProof.Tests.InputData;

/// <summary>Every kind of file, read as the numbers that were written: 5 rows, 7 columns, first, middle and last image.</summary>
public sealed class InputImagesTests : IDisposable
{
    private const int Count = 4;

    private static readonly TensorShape Colours = TensorShape.FromNchw(1, 3, 5, 7);
    private static readonly TensorShape Grey = TensorShape.FromNchw(1, 1, 5, 7);

    private readonly TemporaryFolder folder = new();

    public static TheoryData<NumberType, string> NpyTypes => new()
    {
        { NumberType.U8, "|u1" }, { NumberType.I8, "|i1" }, { NumberType.I16, "<i2" }, { NumberType.I32, "<i4" }, { NumberType.I64, "<i8" }, { NumberType.F16, "<f2" }, { NumberType.F32, "<f4" }, { NumberType.F64, "<f8" },
    };

    [Theory]
    [MemberData(nameof(NpyTypes))]
    public void Read_NpyOfEveryType_GivesItsNumbers(NumberType type, string description)
    {
        Write("images.npy", NpyFile.Create(description, [Count, 3, 5, 7], BytesOf(type, Colours)));
        AssertImages(new InputDataOptions { Path = folder["images.npy"] }, Colours, type);
    }

    [Fact]
    public void Read_BigEndianNpy_GivesItsNumbers()
    {
        byte[] bytes = new byte[Count * Colours.ElementCount * 2];
        for (int i = 0; i < Count * Colours.ElementCount; i++)
        {
            BinaryPrimitives.WriteInt16BigEndian(bytes.AsSpan(2 * i), (short)NumberAt(NumberType.I16, i));
        }

        Write("images.npy", NpyFile.Create(">i2", [Count, 3, 5, 7], bytes));
        AssertImages(new InputDataOptions { Path = folder["images.npy"] }, Colours, NumberType.I16);
    }

    [Fact]
    public void Read_NpyWithChannelsLast_TurnsThemRound()
    {
        Write("images.npy", NpyFile.Create("|i1", [Count, 5, 7, 3], BytesOf(NumberType.I8, Colours)));
        using var images = InputImages.Open(new InputDataOptions { Path = folder["images.npy"], Layout = DataLayout.Nhwc }, Colours);
        Tensor last = images.Read(Count - 1, 1);
        for (int y = 0; y < 5; y++)
        {
            for (int x = 0; x < 7; x++)
            {
                for (int c = 0; c < 3; c++)
                {
                    int element = ((Count - 1) * Colours.ElementCount) + (((y * 7) + x) * 3) + c;
                    Assert.Equal(NumberAt(NumberType.I8, element), last.Float32[Colours.OffsetOf(0, c, y, x)]);
                }
            }
        }
    }

    // An array of fewer extents is what the network makes of it.
    [Theory]
    [InlineData(new[] { 3, 5, 7 }, 1)]
    [InlineData(new[] { 105 }, 1)]
    [InlineData(new[] { 4, 105 }, 4)]
    [InlineData(new[] { 12, 5, 7 }, 12)]
    public void Open_NpyOfFewerExtents_CountsImages(int[] extents, int images)
    {
        Write("images.npy", NpyFile.Create("|i1", extents, new byte[extents.Aggregate(1, static (product, extent) => product * extent)]));
        using var opened = InputImages.Open(new InputDataOptions { Path = folder["images.npy"] }, Colours);
        Assert.Equal(images, opened.Count);
        Assert.Equal(Colours.ElementCount, opened.Read(images - 1, 1).Float32.Length);
    }

    [Theory]
    [InlineData(NumberType.U8)]
    [InlineData(NumberType.F32)]
    public void Read_Bin_GivesItsNumbers(NumberType type)
    {
        Write("images.bin", BytesOf(type, Colours));
        AssertImages(new InputDataOptions { Path = folder["images.bin"], NumberType = type }, Colours, type);
    }

    [Theory]
    [InlineData(false, 3)]
    [InlineData(true, 3)]
    [InlineData(false, 4)]
    public void Read_Idx_PlainOrCompressed_GivesItsNumbers(bool compressed, int extents)
    {
        WriteIdx("images-idx3-ubyte", compressed, extents == 3 ? [Count, 5, 7] : [Count, 1, 5, 7], BytesOf(NumberType.U8, Grey));
        AssertImages(new InputDataOptions { Path = folder["images-idx3-ubyte"] }, Grey, NumberType.U8);
    }

    [Fact]
    public void Read_Csv_GivesItsNumbersAndLabels()
    {
        string header = "label," + string.Join(',', Enumerable.Range(0, 105).Select(static i => $"p{i}"));
        string Row(int image) => $"{image % 3}," + string.Join(',', Enumerable.Range(image * 105, 105).Select(static i => NumberAt(NumberType.I16, i).ToString(CultureInfo.InvariantCulture)));
        File.WriteAllLines(folder["images.csv"], [header, .. Enumerable.Range(0, Count).Select(Row)]);
        AssertImages(new InputDataOptions { Path = folder["images.csv"] }, Colours, NumberType.I16);
        using var images = InputImages.Open(new InputDataOptions { Path = folder["images.csv"] }, Colours);
        Assert.True(images.HasLabels);
        Assert.Equal([0, 1, 2, 0], Enumerable.Range(0, Count).Select(images.LabelOf));
    }

    [Theory]
    [InlineData("a.png")]
    [InlineData("a.bmp")]
    [InlineData("a.PNG")]
    public void Read_Picture_GivesItsLevels(string name)
    {
        using (var picture = new Image<Rgb24>(7, 5))
        {
            for (int i = 0; i < 35; i++)
            {
                picture[i % 7, i / 7] = new Rgb24((byte)i, (byte)(100 + i), (byte)(255 - i));
            }

            picture.Save(folder[name]);
        }

        using var images = InputImages.Open(new InputDataOptions { Path = folder[name] }, Colours);
        Tensor image = images.Read(0, 1);
        for (int i = 0; i < 35; i++)
        {
            Assert.Equal(i / 255f, image.Float32[i]);
            Assert.Equal((100 + i) / 255f, image.Float32[35 + i]);
            Assert.Equal((255 - i) / 255f, image.Float32[70 + i]);
        }
    }

    [Fact]
    public void Read_Jpeg_IsCloseToItsLevels()
    {
        using (var picture = new Image<Rgb24>(7, 5, new Rgb24(200, 40, 90)))
        {
            picture.Save(folder["a.jpg"]);
        }

        using var images = InputImages.Open(new InputDataOptions { Path = folder["a.jpg"] }, Colours);
        Tensor image = images.Read(0, 1);
        Assert.All(image.Float32[..35].ToArray(), static level => Assert.InRange(level, 195 / 255f, 205 / 255f));
        Assert.All(image.Float32[70..].ToArray(), static level => Assert.InRange(level, 85 / 255f, 95 / 255f));
    }

    [Fact]
    public void Read_OneChannelForThree_StandsForAllWithTheirOwnMeanAndDeviation()
    {
        Write("a.npy", NpyFile.Create("|i1", [5, 7], BytesOf(NumberType.I8, Grey).AsSpan(0, 35)));
        using var images = InputImages.Open(new InputDataOptions { Path = folder["a.npy"], Mean = [1f, 2f, 4f], Deviation = [2f, 4f, 0.5f] }, Colours);
        Tensor image = images.Read(0, 1);
        for (int i = 0; i < 35; i++)
        {
            float number = NumberAt(NumberType.I8, i);
            Assert.Equal((number - 1f) / 2f, image.Float32[i]);
            Assert.Equal((number - 2f) / 4f, image.Float32[35 + i]);
            Assert.Equal((number - 4f) / 0.5f, image.Float32[70 + i]);
        }
    }

    [Fact]
    public void Open_FolderOfFolders_CountsFilesInOrdinalOrderAndTakesTheirNamesForClasses()
    {
        foreach ((string name, sbyte value) in new[] { ("dog/b.npy", (sbyte)3), ("cat/z.npy", (sbyte)2), ("cat/Z.npy", (sbyte)1), ("dog/c.npy", (sbyte)4) })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(folder[name])!);
            Write(name, NpyFile.Create("|i1", [2, 1, 5, 7], [.. Enumerable.Repeat(unchecked((byte)value), 35), .. Enumerable.Repeat(unchecked((byte)-value), 35)]));
        }

        File.WriteAllText(folder["dog", "notes.txt"], "no image");
        using var images = InputImages.Open(new InputDataOptions { Path = folder.FullPath }, Grey);
        Assert.Equal(8, images.Count);
        Assert.Equal([1, -1, 2, -2, 3, -3, 4, -4], Enumerable.Range(0, 8).Select(index => (int)images.Read(index, 1).Float32[34]));
        Assert.Equal([0, 0, 0, 0, 1, 1, 1, 1], Enumerable.Range(0, 8).Select(images.LabelOf));
        Assert.EndsWith("c.npy: image 1", images.PlaceOf(7), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("file,label\nb.npy,cat\na.npy,dog\n", new[] { 1, 0 })]
    [InlineData("b.npy,7\na.npy,0\n", new[] { 0, 7 })]
    [InlineData("class\n4\n2\n", new[] { 4, 2 })]
    [InlineData("4\n2\n", new[] { 4, 2 })]
    public void LabelOf_CsvByNameOrInOrder_IsTheClass(string csv, int[] expected)
    {
        Directory.CreateDirectory(folder["set"]);
        Write("set/a.npy", NpyFile.Create("|i1", [5, 7], new byte[35]));
        Write("set/b.npy", NpyFile.Create("|i1", [5, 7], new byte[35]));
        File.WriteAllText(folder["labels.csv"], csv);
        using var images = InputImages.Open(new InputDataOptions { Path = folder["set"], Labels = folder["labels.csv"] }, Grey);
        Assert.Equal(expected, new[] { images.LabelOf(0), images.LabelOf(1) });
    }

    [Theory]
    [InlineData("2\ncat\n", "class 'cat' is a name, and class '2' a number; use one or the other")]
    [InlineData("b.npy,3\na.npy,-1\n", "class '-1' is no whole number from 0")]
    [InlineData("99999999999\n0\n", "class '99999999999' is no whole number from 0")]
    public void Open_NumbersAndOtherClasses_Refused(string csv, string message)
    {
        Directory.CreateDirectory(folder["set"]);
        Write("set/a.npy", NpyFile.Create("|i1", [5, 7], new byte[35]));
        Write("set/b.npy", NpyFile.Create("|i1", [5, 7], new byte[35]));
        File.WriteAllText(folder["labels.csv"], csv);
        var exception = Assert.Throws<FixtureException>(() => InputImages.Open(new InputDataOptions { Path = folder["set"], Labels = folder["labels.csv"] }, Grey));
        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void LabelOf_Idx_IsTheClass()
    {
        Write("a.npy", NpyFile.Create("|i1", [3, 5, 7], new byte[105]));
        WriteIdx("labels", compressed: true, [3], [9, 0, 250]);
        using var images = InputImages.Open(new InputDataOptions { Path = folder["a.npy"], Labels = folder["labels"] }, Grey);
        Assert.Equal([9, 0, 250], Enumerable.Range(0, 3).Select(images.LabelOf));
    }

    [Fact]
    public void Read_OfTwoGigabytes_HoldsOneImageAtATime()
    {
        // 100,000 images; the file has holes for all but its last one.
        const int images = 100_000;
        var shape = TensorShape.FromNchw(1, 3, 84, 85);
        byte[] header = NpyFile.Create("|i1", [images, 3, 84, 85], []);
        using (FileStream file = File.Create(folder["large.npy"]))
        {
            file.Write(header);
            file.SetLength(header.Length + ((long)images * shape.ElementCount));
            file.Position = file.Length - 1;
            file.WriteByte(77);
        }

        long before = GC.GetAllocatedBytesForCurrentThread(); // tests of other threads have memory of their own
        using var opened = InputImages.Open(new InputDataOptions { Path = folder["large.npy"] }, shape);
        Assert.Equal(images, opened.Count);
        Assert.Equal(0, opened.Read(images / 2, 1).Float32[^1]);
        Assert.Equal(77, opened.Read(images - 1, 1).Float32[^1]);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 8L << 20);
    }

    [Fact]
    public void Open_TellsProgressOfEveryFile()
    {
        for (int i = 0; i < 5; i++)
        {
            Write($"{i}.npy", NpyFile.Create("|i1", [5, 7], new byte[35]));
        }

        var progress = new RecordedProgress();
        using var images = InputImages.Open(new InputDataOptions { Path = folder.FullPath }, Grey, progress);
        Assert.Equal($"{folder.FullPath}: looking at 5 files", Assert.Single(progress.Begun));
        Assert.Equal(5, progress.Advanced);
    }

    public void Dispose() => folder.Dispose();

    /// <summary>A number that every type can hold and that differs between neighbours in every direction.</summary>
    private static float NumberAt(NumberType type, int element) => type == NumberType.U8 ? element * 37 % 256 : (element * 37 % 251) - 125;

    private static byte[] BytesOf(NumberType type, TensorShape image)
    {
        int count = Count * image.ElementCount;
        IEnumerable<float> numbers = Enumerable.Range(0, count).Select(element => NumberAt(type, element));
        return type switch
        {
            NumberType.U8 => [.. numbers.Select(static number => (byte)number)],
            NumberType.I8 => [.. numbers.Select(static number => unchecked((byte)(sbyte)number))],
            NumberType.I16 => Bytes(numbers.Select(static number => (short)number)),
            NumberType.I32 => Bytes(numbers.Select(static number => (int)number)),
            NumberType.I64 => Bytes(numbers.Select(static number => (long)number)),
            NumberType.F16 => Bytes(numbers.Select(static number => (Half)number)),
            NumberType.F32 => Bytes(numbers),
            _ => Bytes(numbers.Select(static number => (double)number)),
        };

        static byte[] Bytes<T>(IEnumerable<T> values)
            where T : unmanaged => MemoryMarshal.AsBytes<T>(values.ToArray()).ToArray();
    }

    /// <summary>All images in order, then backwards.</summary>
    private static void AssertImages(InputDataOptions options, TensorShape shape, NumberType type)
    {
        using var images = InputImages.Open(options, shape);
        Assert.Equal(Count, images.Count);
        float scale = type == NumberType.U8 ? 255f : 1f;
        foreach (int index in (int[])[0, 1, 2, 3, 2, 0])
        {
            Tensor image = images.Read(index, 1);
            Assert.Equal(Enumerable.Range(index * shape.ElementCount, shape.ElementCount).Select(element => NumberAt(type, element) / scale), image.Float32.ToArray());
        }

        Assert.Equal(2 * shape.ElementCount, images.Read(1, 2).Float32.Length);
        Assert.Equal(images.Read(2, 1).Float32.ToArray(), images.Read(1, 2).Float32[shape.ElementCount..].ToArray());
    }

    private void Write(string name, byte[] bytes) => File.WriteAllBytes(folder[name], bytes);

    private void WriteIdx(string name, bool compressed, int[] extents, byte[] numbers)
    {
        var header = new byte[4 + (4 * extents.Length)];
        header[2] = 0x08;
        header[3] = (byte)extents.Length;
        for (int i = 0; i < extents.Length; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4 + (4 * i)), extents[i]);
        }

        using FileStream file = File.Create(folder[name]);
        using Stream stream = compressed ? new GZipStream(file, CompressionLevel.Fastest) : file;
        stream.Write(header);
        stream.Write(numbers);
    }
}
