using System.IO.Compression;
using TileProof.Operators;
using TileProof.Tests.Support;
using TileProof.Verification;
using TileProof.Verification.Export;
using TileProof.Verification.InputData;
using TileProof.Verification.Vectors;

namespace TileProof.Tests.InputData;

/// <summary>Files that cannot be used end in one line with file, place and what was expected.</summary>
public sealed class BadInputDataTests : IDisposable
{
    private static readonly TensorShape Shape = TensorShape.FromNchw(1, 3, 5, 7);

    private readonly TemporaryFolder folder = new();

    [Theory]
    [InlineData("missing.npy", "missing.npy: cannot read it: the file does not exist")]
    [InlineData("empty.npy", "empty.npy: cannot read it: it is empty")]
    [InlineData("text.npy", "text.npy: header: it is no NumPy file")]
    [InlineData("short.npy", "short.npy: it has ")]
    [InlineData("complex.npy", "complex.npy: descr: '<c8', expected one of u1, i1,")]
    [InlineData("columns.npy", "columns.npy: fortran_order: the array is stored column by column")]
    [InlineData("five.npy", "five.npy: shape: 1x1x3x5x7 is no shape of images of 3x5x7")]
    [InlineData("none.npy", "none.npy: it has 0 images")]
    [InlineData("huge.npy", "huge.npy: shape: (99999, 99999, 99999) is no shape of images")]
    [InlineData("nan.npy", "nan.npy: element [2, 4, 6]: NaN, expected a finite number")]
    [InlineData("two.npy", "two.npy: image 1: element [0, 0, 1]: Infinity, expected a finite number")]
    [InlineData("size.npy", "size.npy: 5x8, expected 5x7; --resize stretch or crop makes it so")]
    [InlineData("channels.npy", "channels.npy: 4 channels, expected 3")]
    [InlineData("last.npy", "last.npy: 5 channels, expected 3; --layout nhwc reads channels last")]
    [InlineData("odd.bin", "odd.bin: 421 bytes are no whole number of images of 3x5x7 numbers of type f32, 420 bytes each; say what they are with --data-type and --data-shape")]
    [InlineData("few.csv", "few.csv: line 2: 104 numbers, expected 105: 3x5x7")]
    [InlineData("word.csv", "word.csv: line 2, column 105: 'x' is no number")]
    [InlineData("label.csv", "label.csv: line 2, column label: 'cat' is no class, expected a whole number from 0")]
    [InlineData("broken.png", "broken.png: it is no whole PNG, JPEG or BMP picture (")]
    [InlineData("text.jpg", "text.jpg: it is no PNG, JPEG or BMP picture")]
    [InlineData("text.tiff", "text.tiff: it is no kind of file that images are read from")]
    [InlineData("cut.gz", "cut.gz: ")]
    [InlineData("nothing", "nothing: there are no images in it")]
    public void Read_OfWhatCannotBeUsed_IsOneLine(string name, string expected)
    {
        WriteFiles();
        var fault = Assert.Throws<FixtureException>(() =>
        {
            using var images = InputImages.Open(new InputDataOptions { Path = folder[name] }, Shape);
            for (int i = 0; i < images.Count; i++)
            {
                images.Read(i, 1);
            }
        });
        Assert.StartsWith(folder[expected], fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', fault.Message);
    }

    [Theory]
    [InlineData("a.npy,1\n", "labels.csv: there is no label for 'b.npy'; add a row with its name and class")]
    [InlineData("0\n", "labels.csv: 1 labels in order, expected 2, one an image")]
    [InlineData("0\n1\n2\n", "labels.csv: 3 labels in order, expected 2, one an image")]
    [InlineData("a.npy,1\nb.npy,2\na.npy,1\n", "labels.csv: line 3: 'a.npy' has a label already")]
    [InlineData("a.npy,1\nb.npy\n", "labels.csv: line 2: 'b.npy' is neither a class nor a file name and a class")]
    [InlineData("a.npy,1\nb.npy,\n", "labels.csv: line 2: 'b.npy,' is neither a class nor a file name and a class")]
    [InlineData("label\n", "labels.csv: it has no labels")]
    public void LabelOf_OfWhatHasNone_IsOneLine(string csv, string expected)
    {
        Directory.CreateDirectory(folder["set"]);
        Write("set/a.npy", NpyFile.Create("|i1", [3, 5, 7], new byte[105]));
        Write("set/b.npy", NpyFile.Create("|i1", [3, 5, 7], new byte[105]));
        File.WriteAllText(folder["labels.csv"], csv);
        var fault = Assert.Throws<FixtureException>(() =>
        {
            using var images = InputImages.Open(new InputDataOptions { Path = folder["set"], Labels = folder["labels.csv"] }, Shape);
            _ = images.LabelOf(0) + images.LabelOf(1);
        });
        Assert.StartsWith(folder[expected], fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_MeanOrDeviationThatDoNotFit_AreRefused()
    {
        WriteFiles();
        Assert.Equal("--mean has 2 numbers; give one, or one for each of the 3 channels", Refusal(new InputDataOptions { Path = folder["nan.npy"], Mean = [1f, 2f] }));
        Assert.Equal("--std '1,0,1' is not possible; give a number above 0", Refusal(new InputDataOptions { Path = folder["nan.npy"], Deviation = [1f, 0f, 1f] }));
        Assert.Equal("--mean 'NaN' is not possible; give a finite number", Refusal(new InputDataOptions { Path = folder["nan.npy"], Mean = [float.NaN] }));

        static string Refusal(InputDataOptions options) => Assert.Throws<UserInputException>(() => InputImages.Open(options, Shape)).Message;
    }

    [Fact]
    public void Read_MoreThanThereAre_IsOneLine()
    {
        Write("one.npy", NpyFile.Create("|i1", [3, 5, 7], new byte[105]));
        using var images = InputImages.Open(new InputDataOptions { Path = folder["one.npy"] }, Shape);
        Assert.EndsWith("one.npy: it has 1 image, expected at least 2", Assert.Throws<FixtureException>(() => images.Read(0, 2)).Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Open_Pipe_IsRefusedAtOnce()
    {
        SpecialFiles.SkipOnWindows();
        SpecialFiles.MakePipe(folder["pipe.npy"]);
        using FileStream both = SpecialFiles.OpenPipe(folder["pipe.npy"]);
        Assert.EndsWith("pipe.npy: cannot read it: it is a pipe or a device, expected a regular file", Assert.Throws<FixtureException>(() => InputImages.Open(new InputDataOptions { Path = folder["pipe.npy"] }, Shape)).Message, StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();

    private void Write(string name, byte[] bytes) => File.WriteAllBytes(folder[name], bytes);

    private void WriteFiles()
    {
        string zeros = string.Join(',', Enumerable.Repeat("0", 104));
        Directory.CreateDirectory(folder["nothing"]);
        Write("empty.npy", []);
        Write("text.npy", [.. "no array at all"u8]);
        Write("short.npy", NpyFile.Create("|i1", [3, 5, 7], new byte[104]));
        Write("complex.npy", NpyFile.Create("<c8", [3, 5, 7], new byte[840]));
        byte[] columns = NpyFile.Create("|i1", [3, 5, 7], new byte[105]);
        int at = columns.AsSpan().IndexOf("False"u8);
        "True "u8.CopyTo(columns.AsSpan(at));
        Write("columns.npy", columns);
        Write("five.npy", NpyFile.Create("|i1", [1, 1, 3, 5, 7], new byte[105]));
        Write("none.npy", NpyFile.Create("|i1", [0, 3, 5, 7], []));
        Write("huge.npy", NpyFile.Create("|i1", [99999, 99999, 99999], []));
        Write("nan.npy", NpyFile.Create("<f4", [3, 5, 7], FloatsWith(105, 104, float.NaN)));
        Write("two.npy", NpyFile.Create("<f4", [2, 3, 5, 7], FloatsWith(210, 106, float.PositiveInfinity)));
        Write("size.npy", NpyFile.Create("|i1", [3, 5, 8], new byte[120]));
        Write("channels.npy", NpyFile.Create("|i1", [1, 4, 5, 7], new byte[140]));
        Write("last.npy", NpyFile.Create("|i1", [1, 5, 7, 3], new byte[105]));
        Write("odd.bin", new byte[421]);
        File.WriteAllText(folder["few.csv"], $"{zeros},0\n{zeros}\n");
        File.WriteAllText(folder["word.csv"], $"{zeros},0\n{zeros},x\n");
        File.WriteAllText(folder["label.csv"], $"label,{string.Join(',', Enumerable.Repeat("p", 105))}\ncat,{zeros},0\n");
        Write("broken.png", [0x89, .. "PNG\r\n\u001A\n"u8, 0, 0, 0, 13, .. "IHDR"u8, 0, 0, 0, 7, 0, 0, 0, 5, 8, 2, 0, 0, 0]);
        Write("text.jpg", [.. "no picture at all, but some text"u8]);
        Write("text.tiff", [.. "no picture at all, but some text"u8]);
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.NoCompression, leaveOpen: true))
        {
            gzip.Write([0, 0, 8, 3, 0, 0, 0, 9, 0, 0, 0, 5, 0, 0, 0, 7]);
            gzip.Write(new byte[300]);
        }

        Write("cut.gz", compressed.ToArray()[..200]);
    }

    private static byte[] FloatsWith(int count, int place, float value)
    {
        var numbers = new float[count];
        numbers[place] = value;
        return System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(numbers).ToArray();
    }
}
