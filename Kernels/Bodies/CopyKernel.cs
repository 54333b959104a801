namespace TileProof.Kernels.Bodies;

/// <summary>Where an element of an input goes in a concatenation or a padded value: one work item per input element.</summary>
public static class CopyKernel
{
    /// <summary>The place in the output: rows lie at a pitch, planes of rows at another.</summary>
    /// <param name="index">The element of the input.</param>
    /// <param name="place">The layout of the output.</param>
    public static int Target(int index, CopyPlace place)
    {
        int row = index / place.RowElements;
        int plane = row / place.Rows;
        return place.FirstElement + (plane * place.PlanePitchElements) + ((row - (plane * place.Rows)) * place.RowPitchElements) + (index - (row * place.RowElements));
    }
}
