using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using TileProof.Operators;
using TileProof.Verification.Files;
using TileProof.Verification.Progress;
using TileProof.Verification.Vectors;

namespace TileProof.Verification.InputData;

/// <summary>The images of a user, with their classes where those are known. Images are read when they are asked for, so that any number fits.</summary>
/// <remarks>
/// Files of a folder count in the ordinal order of their names below it. Bytes are read as x / 255, other numbers as they are; a single channel
/// stands for all where the network takes several. Not safe for several threads at once.
/// </remarks>
public sealed class InputImages : IDisposable
{
    private static readonly string[] Pictures = [".PNG", ".JPG", ".JPEG", ".BMP"];
    private static readonly string[] InFolders = [.. Pictures, ".NPY", ".BIN"];

    private readonly InputDataOptions options;
    private readonly TensorShape input;
    private readonly string[] paths;
    private readonly int[] firstImages;
    private readonly int[]? folderClasses;
    private readonly LabelFile? labels;
    private IImageFile? open;
    private int openFile = -1;

    private InputImages(InputDataOptions options, TensorShape input, IProgressReporter? progress)
    {
        this.options = options;
        this.input = input.WithBatch(1);
        RequirePerChannel(options.Mean, "--mean", static _ => true, "a finite number");
        RequirePerChannel(options.Deviation, "--std", static value => value > 0, "a number above 0");
        bool isFolder = Directory.Exists(options.Path);
        paths = isFolder ? FilesIn(options.Path) : [options.Path];
        firstImages = new int[paths.Length + 1];
        using (IProgressActivity? activity = progress?.Begin($"{options.Path}: looking at {(paths.Length == 1 ? "one file" : string.Create(CultureInfo.InvariantCulture, $"{paths.Length} files"))}", paths.Length))
        {
            for (int i = 0; i < paths.Length; i++)
            {
                firstImages[i + 1] = checked(firstImages[i] + CountOf(i));
                activity?.Advance();
            }
        }

        if (Count == 0)
        {
            throw new FixtureException(options.Path, null, isFolder ? "there are no images in it: no .png, .jpg, .bmp, .npy or .bin file" : "it has 0 images");
        }

        labels = options.Labels is { } file ? LabelFile.Read(file, Count) : null;
        folderClasses = labels is null && isFolder ? ClassesOfFolders() : null;
        HasLabels = labels is not null || folderClasses is not null || OpenFile(0).LabelOf(0) is not null;
    }

    /// <summary>The images.</summary>
    public int Count => firstImages[^1];

    /// <summary>Whether classes are known.</summary>
    public bool HasLabels { get; }

    /// <summary>One line for reports.</summary>
    public string Description => string.Create(CultureInfo.InvariantCulture, $"{Count} {(Count == 1 ? "image" : "images")} of {options.Path}");

    /// <summary>Looks at the files and counts their images.</summary>
    /// <param name="options">Which files, and how they are read.</param>
    /// <param name="input">The network's input; its batch is of no matter.</param>
    /// <param name="progress">Told how many files are looked at; null to tell nobody.</param>
    /// <exception cref="FixtureException">A file cannot be read or holds no images, or labels do not fit.</exception>
    /// <exception cref="UserInputException">Mean or deviation do not fit the network.</exception>
    public static InputImages Open(InputDataOptions options, TensorShape input, IProgressReporter? progress = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new InputImages(options, input, progress);
    }

    /// <summary>Reads consecutive images, float32 <c>[count, C, H, W]</c>.</summary>
    /// <exception cref="FixtureException">One cannot be read, has another size, or holds what is no finite number; or there are fewer.</exception>
    public Tensor Read(int firstIndex, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(firstIndex);
        if (firstIndex + count > Count)
        {
            throw new FixtureException(options.Path, null, string.Create(CultureInfo.InvariantCulture, $"it has {Count} {(Count == 1 ? "image" : "images")}, expected at least {firstIndex + count}"));
        }

        Tensor images = Tensor.Create(input.WithBatch(count), ElementType.Float32);
        for (int i = 0; i < count; i++)
        {
            Read(firstIndex + i, images.Float32.Slice(i * input.ImageElementCount, input.ImageElementCount));
        }

        return images;
    }

    /// <summary>The class of an image, from 0.</summary>
    /// <exception cref="InvalidOperationException">No classes are known.</exception>
    /// <exception cref="FixtureException">This image has none.</exception>
    public int LabelOf(int index)
    {
        if (!HasLabels)
        {
            throw new InvalidOperationException("No classes are known.");
        }

        int file = FileOf(index);
        return labels?.Of(index, NameOf(file)) ?? folderClasses?[file] ?? OpenFile(file).LabelOf(index - firstImages[file])
            ?? throw new FixtureException(paths[file], null, "it states no class; give --labels");
    }

    /// <summary>Where an image stands, for messages: a file, and which image of it.</summary>
    public string PlaceOf(int index)
    {
        int file = FileOf(index);
        return firstImages[file + 1] - firstImages[file] == 1 ? paths[file] : string.Create(CultureInfo.InvariantCulture, $"{paths[file]}: image {index - firstImages[file]}");
    }

    /// <summary>SHA-256 over the names and bytes of all files, that of the classes too, in lower-case hexadecimal: it tells whether images are the same without decoding them.</summary>
    /// <exception cref="FixtureException">A file cannot be read.</exception>
    public string HashFiles()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (int file = 0; file < paths.Length; file++)
        {
            Append(NameOf(file), paths[file]);
        }

        if (options.Labels is { } labelFile)
        {
            Append(labelFile, labelFile);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());

        void Append(string name, string path)
        {
            try
            {
                using FileStream stream = File.OpenRead(path);
                hash.AppendData(SHA256.HashData(Encoding.UTF8.GetBytes(name)));
                hash.AppendData(SHA256.HashData(stream));
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw new FixtureException(path, null, $"cannot read it: {FileProblem.Describe(exception)}", exception);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => open?.Dispose();

    private static string[] FilesIn(string folder)
    {
        try
        {
            return [.. Directory.EnumerateFiles(folder, "*", new EnumerationOptions { RecurseSubdirectories = true })
                .Where(static path => InFolders.Contains(Path.GetExtension(path).ToUpperInvariant()))
                .OrderBy(path => Path.GetRelativePath(folder, path).Replace('\\', '/'), StringComparer.Ordinal)];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new FixtureException(folder, null, $"cannot read it: {FileProblem.Describe(exception)}", exception);
        }
    }

    /// <summary>The numbers of the folders right above the files; null where a file lies in none.</summary>
    private int[]? ClassesOfFolders()
    {
        string[] folders = [.. Enumerable.Range(0, paths.Length).Select(file => NameOf(file).Split('/')).Select(static parts => parts.Length > 1 ? parts[^2] : "")];
        if (Array.Exists(folders, static folder => folder.Length == 0))
        {
            return null;
        }

        Dictionary<string, int> numbers = LabelFile.Number(options.Path, folders);
        return Array.ConvertAll(folders, folder => numbers[folder]);
    }

    private int CountOf(int file) => Pictures.Contains(Path.GetExtension(paths[file]).ToUpperInvariant()) ? 1 : OpenFile(file).Count;

    private string NameOf(int file) => paths[file] == options.Path ? paths[file] : Path.GetRelativePath(options.Path, paths[file]).Replace('\\', '/');

    private int FileOf(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);

        // The last file that begins at or before the image: files without any begin where the next one does.
        int low = 0;
        int high = paths.Length - 1;
        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            (low, high) = firstImages[middle] <= index ? (middle, high) : (low, middle - 1);
        }

        return low;
    }

    private IImageFile OpenFile(int file)
    {
        if (openFile != file || open is null)
        {
            open?.Dispose();
            open = null;
            open = Open(paths[file]);
            openFile = file;
        }

        return open;
    }

    private IImageFile Open(string path)
    {
        string extension = Path.GetExtension(path).ToUpperInvariant();
        if (Pictures.Contains(extension))
        {
            return new PictureFile(path, input.Channels == 1);
        }

        switch (extension)
        {
            case ".NPY":
                return ArrayFile.OpenNpy(path, input, options.Layout);
            case ".BIN" or ".RAW":
                return ArrayFile.OpenRaw(path, input, options);
            case ".CSV":
                return new CsvFile(path, input, options.Layout);
            default:
                break;
        }

        using (var file = new ForwardFile(path))
        {
            if (!file.ReadStart(static stream =>
            {
                Span<byte> start = stackalloc byte[4];
                return IdxHeader.IsIdx(start[..stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)]);
            }))
            {
                throw new FixtureException(path, null, "it is no kind of file that images are read from: .npy, .bin, .csv, IDX (also .gz), .png, .jpg, .bmp, or a folder");
            }
        }

        return ArrayFile.OpenIdx(path, input, options.Layout);
    }

    private void Read(int index, Span<float> elements)
    {
        int file = FileOf(index);
        RawImage image = OpenFile(file).Read(index - firstImages[file]);
        int firstBad = Array.FindIndex(image.Elements, static element => !float.IsFinite(element));
        if (firstBad >= 0)
        {
            (int c, int y, int x) = (firstBad / (image.Height * image.Width), firstBad / image.Width % image.Height, firstBad % image.Width);
            throw new FixtureException(PlaceOf(index), string.Create(CultureInfo.InvariantCulture, $"element [{c}, {y}, {x}]"), $"{image.Elements[firstBad].ToString(CultureInfo.InvariantCulture)}, expected a finite number");
        }

        if (image.Channels != input.Channels && image.Channels != 1)
        {
            throw new FixtureException(PlaceOf(index), null, string.Create(CultureInfo.InvariantCulture, $"{image.Channels} channels, expected {input.Channels}{(options.Layout == DataLayout.Nchw && image.Width == input.Channels ? "; --layout nhwc reads channels last" : "")}"));
        }

        if ((image.Height, image.Width) != (input.Height, input.Width))
        {
            image = options.Resize != ResizeRule.None
                ? ImageResizer.Resize(image, input.Height, input.Width, options.Resize)
                : throw new FixtureException(PlaceOf(index), null, string.Create(CultureInfo.InvariantCulture, $"{image.Height}x{image.Width}, expected {input.Height}x{input.Width}; --resize stretch or crop makes it so"));
        }

        int plane = input.PlaneElementCount;
        for (int c = 0; c < input.Channels; c++)
        {
            float mean = options.Mean[options.Mean.Count == 1 ? 0 : c];
            float deviation = options.Deviation[options.Deviation.Count == 1 ? 0 : c];
            ReadOnlySpan<float> source = image.Elements.AsSpan(image.Channels == 1 ? 0 : c * plane, plane);
            for (int i = 0; i < plane; i++)
            {
                elements[(c * plane) + i] = (source[i] - mean) / deviation;
            }
        }
    }

    private void RequirePerChannel(IReadOnlyList<float> values, string option, Func<float, bool> isPossible, string expected)
    {
        if (values.Count != 1 && values.Count != input.Channels)
        {
            throw new UserInputException(string.Create(CultureInfo.InvariantCulture, $"{option} has {values.Count} numbers; give one, or one for each of the {input.Channels} channels"));
        }

        if (values.Any(value => !float.IsFinite(value) || !isPossible(value)))
        {
            throw new UserInputException($"{option} '{string.Join(',', values.Select(static value => value.ToString(CultureInfo.InvariantCulture)))}' is not possible; give {expected}");
        }
    }
}
