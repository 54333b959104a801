using System.Reflection;
using TileProof.Golden.Networks;
using TileProof.Operators;

namespace TileProof.Golden.Trained;

/// <summary>ResNet-18 with weights trained on ImageNet, and a classifier for the ten classes of Fashion-MNIST.</summary>
/// <remarks>
/// Convolutions are those of <see cref="PackagedResNet18"/>. The classifier is a file of this project (Fixtures/networks), fitted by
/// <see cref="RidgeRegression"/> with <see cref="Penalty"/> to the features of the training images in Fixtures/fashion-mnist, which are stretched to 64x64 and
/// normalized with ImageNet's mean and deviation; a slow test fits it again. It is a file so that every machine has the same bytes: features are float sums.
/// </remarks>
public static class TrainedResNet18
{
    /// <summary>The name of the network.</summary>
    public const string Name = "resnet18-imagenet";

    /// <summary>The penalty that the classifier was fitted with: of 1, 10, 100, 300 and 1,000 that which, fitted to the first 3,200 images, has most of the other 800 right.</summary>
    public const double Penalty = 300;

    /// <summary>The value that the classifier reads.</summary>
    public const string FeatureName = "avgpool";

    private const string HeadResource = "resnet18-imagenet.head.csv";

    /// <summary>A ResNet-18 whose last stage has one block more, as the package has it.</summary>
    private static readonly ResNetDescription Description = ResNetDescription.Find("resnet18") with { Name = Name, BlocksPerStage = [2, 2, 2, 3] };

    /// <summary>The classes in the order of their labels.</summary>
    public static IReadOnlyList<string> Classes { get; } = ["t-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot"];

    /// <summary>The classifier of this build.</summary>
    public static LinearHead Head
    {
        get
        {
            using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream(HeadResource)!);
            return LinearHead.FromCsv(reader.ReadToEnd());
        }
    }

    /// <summary>Builds the network with batch normalization folded.</summary>
    /// <param name="inputShape"><c>[N, 3, H, W]</c>.</param>
    /// <param name="head">The classifier; null for that of this build.</param>
    /// <exception cref="Import.ModelFormatException">The package is not restored.</exception>
    /// <exception cref="ArgumentException">The input does not have 3 channels.</exception>
    public static FloatNetwork Build(TensorShape inputShape, LinearHead? head = null) => ResNetBuilder.Build(
        Description, inputShape, new PackagedResNetParameters(PackagedResNet18.Read(), head ?? Head));
}
