package gopherframe

// Cells is for tests of what is shown.
var Cells = cells
